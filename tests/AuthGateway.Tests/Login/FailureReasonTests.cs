using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthGateway.Configuration;

namespace AuthGateway.Tests.Login;

/// <summary>The log says why a login failed, in one line that a reference on the page leads to.</summary>
public sealed class FailureReasonTests
{
    private static readonly Dictionary<string, (string Code, Action<FakeProvider> Break, string[] Log)> Reasons = new()
    {
        ["client refused"] = ("client_rejected", provider => provider.Faults["token"] = Fault.Answer(401, """{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}"""), ["/token answered 401: unauthorized_client: Invalid client or Invalid client credentials."]),
        ["code refused"] = ("code_rejected", provider => provider.Faults["token"] = Fault.Answer(400, """{"error":"invalid_grant","error_description":"Code not valid"}"""), ["/token answered 400: invalid_grant: Code not valid."]),
        ["a description that forges a line"] = ("code_rejected", provider => provider.Faults["token"] = Fault.Answer(400, """{"error":"invalid_grant","error_description":"x\ninfo: Login of root."}"""), ["invalid_grant: x?info: Login of root."]),
        ["token endpoint 500"] = ("token_request_failed", provider => provider.Faults["token"] = Fault.Answer(500, "<html>", "text/html"), ["/token answered 500"]),
        ["token endpoint drops"] = ("provider_unavailable", provider => provider.Faults["token"] = Fault.Drop, ["/token gave no answer: "]),
        ["userinfo 401"] = ("userinfo_failed", provider => provider.Faults["userinfo"] = Fault.Answer(401, "{}"), ["GET ", "/userinfo answered 401"]),
        ["userinfo is a page"] = ("userinfo_failed", provider => provider.Faults["userinfo"] = Fault.Answer(200, "<html>", "text/html"), ["GET ", "/userinfo answered 200", "OIDC_USERINFO_URL"]),
        ["token endpoint sends no JSON"] = ("token_request_failed", provider => provider.Faults["token"] = Fault.Answer(200, "no json"), ["POST ", "/token answered 200"]),
        ["userinfo of somebody else"] = ("userinfo_subject_mismatch", provider => provider.EditUserInfo = claims => claims["sub"] = "x", ["The userinfo answer is about the sub \"x\"; expected is that of the ID token, \"sub-alice\" (OIDC Core §5.3.2)."]),
        ["missing scope"] = ("invalid_scope", provider => provider.EditCallback = pairs => { pairs[0] = new("error", "invalid_scope"); pairs.Add(new("error_description", "Invalid scopes: openid groups")); }, ["invalid_scope: Invalid scopes: openid groups"]),
        ["wrong nonce"] = ("id_token_invalid", provider => provider.EditIdToken = (_, claims) => claims["nonce"] = "other", ["The nonce of the ID token is not the one of this login: it is \"other\", and must begin with \""]),
        ["no nonce"] = ("id_token_invalid", provider => provider.EditIdToken = (_, claims) => claims.Remove("nonce"), ["The ID token has no nonce."]),
        ["missing claim"] = ("claim_missing", provider => provider.User = provider.User with { Email = null }, ["email", "USERID_CLAIM"]),
        ["token type"] = ("token_type_unknown", provider => provider.EditTokenResponse = answer => answer["token_type"] = "DPoP", ["not Bearer but \"DPoP\""]),
        ["foreign seal"] = ("foreign_state", provider => provider.EditCallback = pairs => pairs[1] = new("state", "of-another-replica"), ["not sealed by this gateway: another SESSION_SECRET"]),
    };

    public static TheoryData<string> Names => [.. Reasons.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task One_line_says_why_and_the_page_has_its_reference(string name)
    {
        var (code, breakIt, log) = Reasons[name];
        await using var rig = await GatewayRig.StartAsync();
        breakIt(rig.Provider);

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.True(answer.ErrorCode == code, $"{answer}\n{rig.Log.Text}");
        var line = Assert.Single(rig.Log.Lines, line => line.Contains("A login failed: ", StringComparison.Ordinal));
        Assert.Contains($"A login failed: {code}: ", line, StringComparison.Ordinal);
        Assert.All(log, part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.Contains("peer 127.0.0.1", line, StringComparison.Ordinal);
        var reference = Regex.Match(answer.Text, "reference <code>([0-9a-f]{8})</code>").Groups[1].Value;
        Assert.Contains($"Reference {reference}, ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.All(rig.Provider.Secrets, secret => Assert.DoesNotContain(secret, rig.Log.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://keycloak.internal/realms/kubeflow")]
    [InlineData(null)]
    public async Task Wrong_issuer_shows_what_was_expected_and_what_came(string? seen)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditCallback = pairs =>
        {
            pairs.RemoveAll(pair => pair.Key == "iss");
            if (seen is not null)
            {
                pairs.Add(new("iss", seen));
            }
        };

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal((400, "wrong_issuer"), (answer.Status, answer.ErrorCode));
        Assert.All([rig.Provider.Issuer, seen ?? "names no issuer"], text =>
        {
            Assert.Contains(text, WebUtility.HtmlDecode(answer.Text), StringComparison.Ordinal);
            Assert.Contains(text, rig.Log.Text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Callback_without_any_cookie_asks_for_the_proxy(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        var callback = (await browser.GetAsync((await browser.GetAsync(rig.PublicUrl + "/app")).Location!)).Location!;

        var answer = await rig.SendAsync("GET", new Uri(callback).PathAndQuery, "Accept: text/html");

        Assert.Equal((400, "foreign_state"), (answer.Status, answer.ErrorCode));
        const string Question = "No cookie arrived at all: does the proxy in front pass Cookie in and Set-Cookie out?";
        Assert.Contains(Question, answer.Text, StringComparison.Ordinal);
        Assert.Contains(Question, rig.Log.Text, StringComparison.Ordinal);
        Assert.Contains("return_url=%2Fapp", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GatewayMode.InLine, 502)]
    [InlineData(GatewayMode.ExtAuthz, 400)]
    public async Task Callback_that_failed_for_the_provider_says_first_that_it_is_used_up_when_loaded_again(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        rig.Provider.Faults["token"] = Fault.Drop;
        var browser = rig.NewBrowser();
        var callback = (await browser.GetAsync((await browser.GetAsync(rig.PublicUrl + "/app")).Location!)).Location!;

        var first = await browser.GetAsync(callback);
        var again = await browser.GetAsync(callback);

        Assert.Equal((status, "provider_unavailable"), (first.Status, first.ErrorCode));
        Assert.Equal((400, "replayed_state"), (again.Status, again.ErrorCode));
        Assert.Matches("<p>This login is used up; log in again\\.", again.Text);
        Assert.Contains("return_url=%2Fapp", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outsider_reads_that_the_address_is_not_of_an_allowed_domain()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>
        {
            ["USERID_TRANSFORMERS"] = """[{"matches":"^(.*)@example\\.test$","replaces":"$1"},{"matches":".*","replaces":""}]""",
        });
        rig.Provider.User = ProviderUser.Bob with { Email = "eve@elsewhere.test" };

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal((403, "user_not_allowed"), (answer.Status, answer.ErrorCode));
        Assert.Contains("not of an allowed domain", answer.Text, StringComparison.Ordinal);
        Assert.Contains("eve@elsewhere.test", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("is empty", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Audit_line_says_that_the_user_id_is_an_unverified_address(bool isVerified, bool isSaid)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditUserInfo = claims => claims["email_verified"] = isVerified;
        rig.Provider.EditIdToken = (_, claims) => claims["email_verified"] = isVerified;

        await rig.LogInAsync();

        var line = Assert.Single(rig.Log.Lines, line => line.Contains("Login of alice@example.test.", StringComparison.Ordinal));
        Assert.Equal(isSaid, line.Contains("Its e-mail address is not verified by the provider.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("email", "false", true)]
    [InlineData("preferred_username", "false", false)]
    [InlineData("email", "true", false)]
    public void User_id_that_may_be_an_unverified_address_is_said_at_start_and_by_check(string claim, string demanded, bool isSaid)
    {
        var settings = SettingsReader.Read(new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = "https://idp.example.test",
            ["CLIENT_ID"] = "a",
            ["CLIENT_SECRET"] = "secret-with-enough-bits-0123456789",
            ["USERID_CLAIM"] = claim,
            ["EMAIL_VERIFIED_REQUIRED"] = demanded,
        }, []);

        Assert.Equal(isSaid, settings.Notes.Any(line => line.StartsWith("EMAIL_VERIFIED_REQUIRED: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Redirect_address_to_register_is_said_at_start()
    {
        await using var rig = await GatewayRig.StartAsync();

        Assert.Contains($"Redirect address to register at the provider: {rig.Callback}; after a logout: {rig.Callback}.", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Redirect_address_to_register_is_said_by_check(bool asJson)
    {
        using var folder = new TempFolder();
        await using var provider = await FakeProvider.StartAsync();
        var environment = new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = provider.Issuer,
            ["CLIENT_ID"] = FakeProvider.ClientId,
            ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
            ["PUBLIC_URL"] = "https://gw.example.test",
            ["SESSION_STORE_PATH"] = folder.File("data.db"),
        };

        var run = await Cli.CommandRun.OfAsync(environment, asJson ? ["check", "--json"] : ["check"]);

        const string Address = "https://gw.example.test/authservice/oidc/callback";
        Assert.True(asJson ? (string?)JsonNode.Parse(run.Output)!["redirectAddress"] == Address : run.Output.Contains("Redirect address to register at the provider: " + Address, StringComparison.Ordinal), run.Output);
    }
}
