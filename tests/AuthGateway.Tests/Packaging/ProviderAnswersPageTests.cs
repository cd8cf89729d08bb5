using System.Net;
using System.Text.RegularExpressions;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Tests.Packaging;

/// <summary>docs/provider-answers.md and <see cref="ProviderAnswers"/> are one table: every status and every word of the page is put to the code.</summary>
public sealed class ProviderAnswersPageTests
{
    private static readonly Dictionary<string, string[]> Rows = Regex.Matches(Repository.Read("docs/provider-answers.md"), @"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)
        .GroupBy(row => row.Groups[1].Value).ToDictionary(group => group.Key, group => group.First().Groups.Values.Skip(2).Select(cell => cell.Value).ToArray());

    [Fact]
    public void Every_status_of_userinfo_is_judged_as_the_page_says()
    {
        var cells = Rows["userinfo"];

        Assert.All(Enumerable.Range(100, 500), status =>
        {
            var expected = status == 200 ? AnswerKind.Yes : Names(cells[0], status) ? AnswerKind.DefiniteNo : Names(cells[1], status) ? AnswerKind.CannotKnow : AnswerKind.Broken;
            Assert.Equal((status, expected), (status, ProviderAnswers.ClassifyUserInfo((HttpStatusCode)status)));
        });
    }

    [Fact]
    public void Every_answer_to_a_refresh_is_judged_as_the_page_says()
    {
        var cells = Rows["refresh: token endpoint"];
        var no = Words(cells[0]);
        var unknown = Words(cells[1]);
        Assert.Contains("invalid_grant", no);
        Assert.True(unknown.Count >= 5, string.Join(' ', unknown));

        Assert.All(new[] { 400, 401, 403 }, status =>
        {
            Assert.True(Names(cells[0], status), $"{status} is on the page");
            Assert.All(no, code => Assert.Equal(AnswerKind.DefiniteNo, ProviderAnswers.ClassifyRefresh((HttpStatusCode)status, code)));
            Assert.All(unknown, code => Assert.Equal(AnswerKind.CannotKnow, ProviderAnswers.ClassifyRefresh((HttpStatusCode)status, code)));
            Assert.Equal(AnswerKind.CannotKnow, ProviderAnswers.ClassifyRefresh((HttpStatusCode)status, "Not the protocol's"));
            Assert.Equal(AnswerKind.CannotKnow, ProviderAnswers.ClassifyRefresh((HttpStatusCode)status, null));
        });
        Assert.All(Enumerable.Range(404, 196), status => Assert.Equal(AnswerKind.CannotKnow, ProviderAnswers.ClassifyRefresh((HttpStatusCode)status, "invalid_grant")));
        Assert.Equal((AnswerKind.Yes, AnswerKind.Broken), (ProviderAnswers.ClassifyRefresh(HttpStatusCode.OK, null), ProviderAnswers.ClassifyRefresh(HttpStatusCode.OK, "invalid_grant")));
    }

    private static bool Names(string cell, int status) => Regex.IsMatch(cell, $@"\b({status}|{status / 100}xx)\b");

    private static List<string> Words(string cell) => [.. Regex.Matches(cell, "`([a-z_]+)`").Select(word => word.Groups[1].Value)];
}
