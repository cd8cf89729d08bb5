using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Logout;

public class LogoutModeTests
{
    private const string Target = "/authservice/logout";

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Page_asks_and_here_only_leaves_the_provider_alone(GatewayMode door)
    {
        await using var rig = await StartAsync(door, "ask");
        var browser = await rig.LogInAsync();
        var session = rig.SessionOf(browser);

        var forms = await FormsAsync(rig, browser);
        var answer = await PostAsync(rig, browser, Assert.Single(forms, form => form.Contains("mode=local", StringComparison.Ordinal)));

        Assert.Equal(2, forms.Count);
        Assert.Equal((303, "/public/bye"), (answer.Status, answer.Location));
        Assert.Equal(401, await rig.StatusAsync(session));
        Assert.Equal(0, rig.Provider.Count("end-session"));
        Assert.False(browser.CookiesOf(GatewayRig.PublicHost).ContainsKey("authservice_session"));
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Page_asks_and_everywhere_goes_through_the_provider_and_back(GatewayMode door)
    {
        await using var rig = await StartAsync(door, "ask");
        var browser = await rig.LogInAsync();
        var session = rig.SessionOf(browser);

        var answer = await PostAsync(rig, browser, (await FormsAsync(rig, browser))[0]);
        var atProvider = await browser.GetAsync(answer.Location!);
        var back = await browser.GetAsync(atProvider.Location!);

        Assert.Equal(303, answer.Status);
        var asked = rig.Provider.LastCall("end-session").Parameters;
        Assert.Contains(asked["id_token_hint"], rig.Provider.Secrets);
        Assert.Equal((FakeProvider.ClientId, rig.Callback), (asked["client_id"], asked["post_logout_redirect_uri"]));
        Assert.NotEmpty(asked["state"]);
        Assert.Equal((302, "/public/bye"), (back.Status, back.Location));
        Assert.Equal(401, await rig.StatusAsync(session));
    }

    [Theory]
    [InlineData("ask")]
    [InlineData("provider")]
    [InlineData("")]
    public async Task Without_an_end_session_endpoint_everything_is_local(string mode)
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document.Remove("end_session_endpoint");
        await using var rig = await StartAsync(GatewayMode.InLine, mode, provider);
        var browser = await rig.LogInAsync();
        var page = await browser.GetAsync(rig.PublicUrl + Target);

        var answer = await PostAsync(rig, browser, Assert.Single(Forms(page)));
        var byHeader = await rig.SendAsync("POST", Target, "Authorization: Bearer " + rig.SessionOf(await rig.LogInAsync()), "Content-Length: 0");

        Assert.Equal("form-action 'self'", Regex.Match(page.Header("Content-Security-Policy")!, "form-action[^;]*").Value);
        Assert.Equal((303, "/public/bye"), (answer.Status, answer.Location));
        Assert.Equal((201, "/public/bye"), (byHeader.Status, (string?)byHeader.Json["afterLogoutURL"]));
        Assert.Equal(0, rig.StoredRows());
    }

    [Fact]
    public async Task Hint_that_no_address_can_carry_is_left_out()
    {
        await using var rig = await StartAsync(GatewayMode.InLine, "provider");
        rig.Provider.EditIdToken = (_, claims) => claims["long"] = new string('x', 4000);
        var browser = await rig.LogInAsync();

        var answer = await PostAsync(rig, browser, (await FormsAsync(rig, browser))[0]);
        await browser.GetAsync(answer.Location!);

        var asked = rig.Provider.LastCall("end-session").Parameters;
        Assert.False(asked.ContainsKey("id_token_hint"));
        Assert.Equal((FakeProvider.ClientId, rig.Callback), (asked["client_id"], asked["post_logout_redirect_uri"]));
        Assert.NotEmpty(asked["state"]);
    }

    [Fact]
    public async Task Tokens_are_revoked_and_a_provider_that_hangs_or_is_gone_holds_nothing_up()
    {
        await using var rig = await StartAsync(GatewayMode.InLine, "provider");
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["revoke"] = Fault.Wait(gate.Task);
        var (hanging, gone) = (await rig.LogInAsync(), await rig.LogInAsync());
        var sessions = (rig.SessionOf(hanging), rig.SessionOf(gone));

        var started = Stopwatch.GetTimestamp();
        var answer = await PostAsync(rig, hanging, (await FormsAsync(rig, hanging))[0]);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 9); // a call to the provider that hangs is given up after 10 s
        await Deadline.UntilAsync(() => rig.Provider.Count("revoke") == 1, "the refresh token is revoked");
        rig.Provider.Faults["revoke"] = Fault.Drop;
        var second = await PostAsync(rig, gone, (await FormsAsync(rig, gone))[0]);
        gate.SetResult();

        Assert.Equal((303, 303), (answer.Status, second.Status));
        Assert.Equal((401, 401), (await rig.StatusAsync(sessions.Item1), await rig.StatusAsync(sessions.Item2)));
        Assert.StartsWith("refresh-", rig.Provider.Calls.First(call => call.Endpoint == "revoke").Parameters["token"], StringComparison.Ordinal);
        Assert.Equal("refresh_token", rig.Provider.Calls.First(call => call.Endpoint == "revoke").Parameters["token_type_hint"]);
    }

    [Fact]
    public async Task Logout_while_the_store_is_stuck_ends_the_session_and_the_row_goes_later()
    {
        await using var rig = await StartAsync(GatewayMode.InLine, "local");
        var browser = await rig.LogInAsync();
        var session = rig.SessionOf(browser);
        var form = (await FormsAsync(rig, browser))[0];
        using var connection = new SqliteConnection($"Data Source={rig.StorePath};Pooling=False");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();

        var answer = await PostAsync(rig, browser, form);
        Assert.Equal(401, await rig.StatusAsync(session));
        Assert.Equal(1, rig.StoredRows());
        begin.CommandText = "ROLLBACK";
        begin.ExecuteNonQuery();

        Assert.Equal(303, answer.Status);
        Assert.False(browser.CookiesOf(GatewayRig.PublicHost).ContainsKey("authservice_session"));
        await Deadline.UntilAsync(() => rig.StoredRows() == 0, "the row goes as soon as the store takes it");
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("iframe")]
    [InlineData("object")]
    public async Task Page_answers_in_a_tab_of_its_own_only(string destination)
    {
        await using var rig = await StartAsync(GatewayMode.InLine, "ask");
        var browser = await rig.LogInAsync();

        var refused = await browser.SendAsync("GET", rig.PublicUrl + Target, [new("Accept", "text/html"), new("Sec-Fetch-Dest", destination), new("Sec-Fetch-Site", "same-origin")]);
        var shown = await browser.GetAsync(rig.PublicUrl + Target);

        Assert.Equal(403, refused.Status);
        Assert.DoesNotContain("proof", refused.Text, StringComparison.Ordinal);
        Assert.Equal((200, "noopener-allow-popups"), (shown.Status, shown.Header("Cross-Origin-Opener-Policy")));
    }

    private static Task<GatewayRig> StartAsync(GatewayMode door, string mode, FakeProvider? provider = null) =>
        GatewayRig.StartAsync(door, new Dictionary<string, string> { ["LOGOUT_MODE"] = mode, ["AFTER_LOGOUT_URL"] = "/public/bye" }, provider: provider);

    private static async Task<IReadOnlyList<string>> FormsAsync(GatewayRig rig, Browser browser) => Forms(await browser.GetAsync(rig.PublicUrl + Target));

    private static IReadOnlyList<string> Forms(RawResponse page) =>
        [.. Regex.Matches(page.Text, "<form[^>]* action=\"([^\"]+)\"").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

    // As a check at Envoy sees it: neither body nor Origin.
    private static Task<RawResponse> PostAsync(GatewayRig rig, Browser browser, string action) => browser.SendAsync("POST", rig.PublicUrl + action, [new("Accept", "text/html")]);
}
