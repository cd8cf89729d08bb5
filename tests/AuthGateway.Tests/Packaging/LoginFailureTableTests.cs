using System.Text.RegularExpressions;
using AuthGateway.Oidc.Login;

namespace AuthGateway.Tests.Packaging;

public sealed class LoginFailureTableTests
{
    [Fact]
    public void Every_failure_of_a_login_stands_in_the_table_with_its_status_and_no_other_does()
    {
        var rows = Regex.Matches(Repository.Read("docs/login-failures.md"), @"^\| `([a-z_]+)` \| (\d{3}) \|", RegexOptions.Multiline)
            .Select(row => (Code: row.Groups[1].Value, Status: int.Parse(row.Groups[2].Value, null)));

        Assert.Equal(LoginFailure.All.Select(failure => (failure.Code, failure.Status)), rows);
    }
}
