using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>The <c>verify</c> endpoint and the pages of port 8082: C75–C79.</summary>
public class VerifyAndPageCaseTests
{
    [Fact]
    public async Task C75_Verify_is_401_without_204_with_and_403_for_a_forbidden_session()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "GROUPS_ALLOWLIST=a");
        var session = (await stock.LogInAsync()).Session;
        stock.Provider.User = new ProviderUser("2", "bob@example.com") { Groups = ["z"] };
        var forbidden = (await stock.LogInAsync()).Session;

        var nobody = await stock.GetAsync("/authservice/verify/x");
        var alice = await stock.GetAsync("/authservice/verify/x", "Cookie: authservice_session=" + session);
        var bob = await stock.GetAsync("/authservice/verify/x", "Cookie: authservice_session=" + forbidden);

        Assert.Equal((401, "Unauthorized"), (nobody.Status, nobody.Text));
        Assert.Empty(nobody.SetCookies);
        Assert.Equal(204, alice.Status);
        Assert.Equal(["alice@example.com"], alice.All("kubeflow-userid"));
        Assert.Equal(["a,b"], alice.All("kubeflow-groups"));
        Assert.Equal(403, bob.Status);
    }

    [Theory]
    [InlineData("/authservice/verify/dex/x", 204)]
    [InlineData("/authservice/verify/dexterity", 401)]
    [InlineData("/authservice/verify/dex/../x", 403)]
    [InlineData("/authservice/verify", 401)]
    public async Task C76_Verify_knows_the_skip_list(string target, int status)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(status, (await stock.GetAsync(target)).Status);
    }

    [Theory]
    [InlineData("X-Original-URL: https://kf.example.com/dex/x", 204)]
    [InlineData("X-Original-URL: https://kf.example.com/x", 401)]
    [InlineData("X-Original-URL: https://kf.example.com?x=/dex/x", 403)]
    [InlineData("X-Original-URL: /x?u=http://h/dex/x", 403)]
    [InlineData("X-Original-URL: https://kf.example.com#/dex/x", 403)]
    [InlineData("X-Original-URL: https://h\\x/dex/x", 403)]
    [InlineData("X-Original-URL: https://u@h/dex/x", 403)]
    [InlineData("X-Original-URL: https:///dex/x", 403)]
    [InlineData("X-Original-URL: ftp://kf.example.com/dex/x", 403)]
    [InlineData("X-Original-URL: https://kf.example.com", 403)]
    [InlineData("X-Original-URI: ?x=/dex/x", 403)]
    public async Task C76_Original_address_of_a_trusted_proxy_is_read_strictly(string header, int status)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "TRUSTED_PROXIES=127.0.0.0/8");

        Assert.Equal(status, (await stock.GetAsync("/authservice/verify", header)).Status);
    }

    [Fact]
    public async Task C77_Pages_of_the_web_port_name_the_client()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "CLIENT_NAME=Our Platform");

        var home = await stock.WebAsync("GET", "/site/homepage");
        var after = await stock.WebAsync("GET", "/site/after_logout");
        var style = await stock.WebAsync("GET", "/site/themes/kubeflow/styles.css");

        Assert.All([home, after, style], answer => Assert.Equal(200, answer.Status));
        Assert.Contains("Welcome to Our Platform", home.Text, StringComparison.Ordinal);
        Assert.Contains("You have successfully logged out from Our Platform", after.Text, StringComparison.Ordinal);
        Assert.StartsWith("text/css", style.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nope", 404)]
    [InlineData("GET", "/", 404)]
    [InlineData("POST", "/site/homepage", 405)]
    [InlineData("DELETE", "/site/themes/kubeflow/styles.css", 405)]
    [InlineData("GET", "/site/themes/", 404)]
    [InlineData("GET", "/site/themes/../../page.css", 404)]
    [InlineData("GET", "/authservice/logout", 404)]
    [InlineData("GET", "/authservice/oidc/callback?code=x&state=y", 404)]
    public async Task C78_Web_port_has_nothing_else(string method, string target, int status)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal(status, (await stock.WebAsync(method, target)).Status);
    }

    [Fact]
    public async Task C79_Templates_of_the_operator_are_named_as_unused_and_the_page_is_ours()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("after_logout.html"), "theirs", TestContext.Current.CancellationToken);
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "TEMPLATE_PATH=" + folder.Path, "TEMPLATE_CONTEXT_A=b=c");

        var page = await stock.WebAsync("GET", "/site/after_logout");

        Assert.Contains("You have successfully logged out from AuthService", page.Text, StringComparison.Ordinal);
        Assert.All(["TEMPLATE_PATH:", "TEMPLATE_CONTEXT_A:"], name => Assert.Contains(stock.Warnings, warning => warning.StartsWith(name, StringComparison.Ordinal)));
    }
}
