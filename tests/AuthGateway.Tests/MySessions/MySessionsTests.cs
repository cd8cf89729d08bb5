using System.Net;
using System.Text.RegularExpressions;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.MySessions;

public class MySessionsTests
{
    private const string Page = "/authservice/";
    private const string FreshLogin = "/authservice/login?prompt=login&return_url=%2Fauthservice%2F";

    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 203)]
    public async Task After_a_fresh_login_one_other_session_is_ended_and_then_all_others(GatewayMode door, int status)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        string[] others = [await rig.LogInAsync(ProviderUser.Alice, "sid-1"), await rig.LogInAsync(ProviderUser.Alice, "sid-2"), await rig.LogInAsync(ProviderUser.Alice, "sid-3")];
        var bobs = await rig.LogInAsync(ProviderUser.Bob, "sid-4");
        rig.Provider.User = ProviderUser.Alice;
        var browser = await rig.LogInAsync();

        var before = await browser.GetAsync(rig.PublicUrl + Page);
        var (fresh, url) = await browser.VisitAsync(rig.PublicUrl + FreshLogin);
        Assert.Equal((status, status, rig.PublicUrl + Page), (before.Status, fresh.Status, url));
        Assert.Equal("login", rig.Provider.LastCall("authorize").Parameters["prompt"]);
        Assert.Empty(Forms(before));
        var one = Forms(fresh).Where(form => !form.Contains("others", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, one.Count);

        var endedOne = await PostAsync(rig, browser, one[0]);
        var (said, _) = await browser.VisitAsync(rig.PublicUrl + endedOne.Location);
        Assert.Equal(2, (await Task.WhenAll(others.Select(rig.StatusAsync))).Count(one => one == 200));
        var endedAll = await PostAsync(rig, browser, Forms(said).Single(form => form.Contains("others", StringComparison.Ordinal)));

        Assert.Equal((303, Page + "?ended=1"), (endedOne.Status, endedOne.Location));
        Assert.Contains("1 session was ended.", said.Text, StringComparison.Ordinal);
        Assert.Contains("ends it here", said.Text, StringComparison.Ordinal);
        Assert.Equal((303, Page + "?ended=2"), (endedAll.Status, endedAll.Location));
        Assert.All(await Task.WhenAll(others.Select(rig.StatusAsync)), one => Assert.Equal(401, one));
        Assert.Equal((200, 200), (await rig.StatusAsync(rig.SessionOf(browser)), await rig.StatusAsync(bobs)));
        Assert.Equal(2, rig.StoredRows());
    }

    [Fact]
    public async Task Page_tells_who_and_where_and_is_hardened()
    {
        await using var rig = await GatewayRig.StartAsync();
        var other = rig.NewBrowser();
        other.NavigationHeaders = [.. other.NavigationHeaders, new("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")];
        await other.VisitAsync(rig.PublicUrl + "/app");
        await rig.LogInAsync(ProviderUser.Bob, "sid-bob");
        rig.Provider.User = ProviderUser.Alice;
        var browser = rig.NewBrowser();

        var (page, _) = await browser.VisitAsync(rig.PublicUrl + FreshLogin);

        Assert.Equal(200, page.Status);
        Assert.All(["alice@example.test", "staff, admins", "Firefox on Linux", "127.0.0.1", "Logged in since", "UTC"], text => Assert.Contains(text, page.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("bob@example.test", page.Text, StringComparison.Ordinal);
        Assert.Equal("noopener-allow-popups", page.Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
        Assert.Equal("no-store", page.Header("Cache-Control"));
    }

    [Fact]
    public async Task Without_a_fresh_login_even_the_right_proof_ends_nothing()
    {
        await using var rig = await GatewayRig.StartAsync();
        var other = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var browser = await rig.LogInAsync();

        var answer = await PostAsync(rig, browser, Action(rig, browser, "others"));

        Assert.Equal((403, "fresh_login_required"), (answer.Status, answer.ErrorCode));
        Assert.Equal(200, await rig.StatusAsync(other));
    }

    [Fact]
    public async Task Fresh_login_is_stale_after_five_minutes()
    {
        var clock = new ShiftedClock();
        await using var rig = await GatewayRig.StartAsync(clock: clock);
        var other = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + FreshLogin);
        var action = Action(rig, browser, "others");
        clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        var answer = await PostAsync(rig, browser, action);

        Assert.Equal((403, "fresh_login_required"), (answer.Status, answer.ErrorCode));
        Assert.Equal(200, await rig.StatusAsync(other));
    }

    [Fact]
    public async Task Provider_that_takes_no_notice_of_prompt_makes_no_login_fresh()
    {
        await using var rig = await GatewayRig.StartAsync();
        var other = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        rig.Provider.EditIdToken = (_, claims) => claims["auth_time"] = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds();
        var browser = rig.NewBrowser();

        var (page, _) = await browser.VisitAsync(rig.PublicUrl + FreshLogin);
        var answer = await PostAsync(rig, browser, Action(rig, browser, "others"));

        Assert.Empty(Forms(page));
        Assert.Equal(403, answer.Status);
        Assert.Equal(200, await rig.StatusAsync(other));
    }

    /// <summary>What a hostile notebook on the same origin can send: the right cookie, the right Origin, a navigation; but no proof.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("&proof=")]
    [InlineData("&proof=OTHER-DEED")]
    [InlineData("&proof=OTHER-SESSION")]
    [InlineData("&proof=LOGOUT")]
    [InlineData("&proof=RIGHT&proof=RIGHT")]
    public async Task Form_of_a_hostile_notebook_ends_nothing(string suffix)
    {
        await using var rig = await GatewayRig.StartAsync();
        var other = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + FreshLogin);
        suffix = suffix.Replace("OTHER-DEED", Proof(rig.SessionOf(browser), "end/000000000000"), StringComparison.Ordinal)
            .Replace("OTHER-SESSION", Proof(other, "end/others"), StringComparison.Ordinal)
            .Replace("LOGOUT", Proof(rig.SessionOf(browser), "logout"), StringComparison.Ordinal)
            .Replace("RIGHT", Proof(rig.SessionOf(browser), "end/others"), StringComparison.Ordinal);

        var answer = await browser.SendAsync("POST", $"{rig.PublicUrl}{Page}?end=others{suffix}",
            [new("Accept", "text/html"), new("Origin", rig.PublicUrl), new("Sec-Fetch-Site", "same-origin"), new("Sec-Fetch-Mode", "navigate"), new("Sec-Fetch-Dest", "document")]);

        Assert.Equal(403, answer.Status);
        Assert.Equal(200, await rig.StatusAsync(other));
    }

    [Theory]
    [InlineData("GET", "empty")]
    [InlineData("GET", "iframe")]
    [InlineData("POST", "empty")]
    public async Task Script_or_frame_gets_neither_page_nor_effect(string method, string destination)
    {
        await using var rig = await GatewayRig.StartAsync();
        var other = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + FreshLogin);

        var answer = await browser.SendAsync(method, rig.PublicUrl + Action(rig, browser, "others"), [new("Accept", "*/*"), new("Sec-Fetch-Dest", destination), new("Sec-Fetch-Site", "same-origin")]);

        Assert.Equal(403, answer.Status);
        Assert.DoesNotContain("proof=", answer.Text, StringComparison.Ordinal);
        Assert.Equal(200, await rig.StatusAsync(other));
    }

    [Fact]
    public async Task Nobody_ends_a_session_of_somebody_else()
    {
        await using var rig = await GatewayRig.StartAsync();
        var bobs = await rig.LogInAsync(ProviderUser.Bob, "sid-1");
        rig.Provider.User = ProviderUser.Alice;
        rig.Provider.EditIdToken = (_, _) => { };
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + FreshLogin);
        Assert.True(SessionId.TryParse(bobs, out var id));

        var one = await PostAsync(rig, browser, Action(rig, browser, id!.Hash.ToString()));
        var all = await PostAsync(rig, browser, Action(rig, browser, "others"));

        Assert.Equal((Page + "?ended=0", Page + "?ended=0"), (one.Location, all.Location));
        Assert.Equal(200, await rig.StatusAsync(bobs));
    }

    [Theory]
    [InlineData(GatewayMode.InLine, null, null, "127.0.0.1")]
    [InlineData(GatewayMode.InLine, null, "198.51.100.7", "127.0.0.1")]
    [InlineData(GatewayMode.InLine, "127.0.0.0/8", "203.0.113.9, 198.51.100.7, 127.0.0.9", "198.51.100.7")]
    [InlineData(GatewayMode.InLine, "127.0.0.0/8", "what, ever", null)]
    [InlineData(GatewayMode.ExtAuthz, null, "198.51.100.7", null)]
    [InlineData(GatewayMode.ExtAuthz, "127.0.0.0/8", "198.51.100.7", "198.51.100.7")]
    public async Task Address_is_shown_only_where_it_is_known(GatewayMode door, string? trusted, string? forwardedFor, string? shown)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["TRUSTED_PROXIES"] = trusted ?? "" });
        var other = rig.NewBrowser();
        other.NavigationHeaders = [.. other.NavigationHeaders, .. forwardedFor is null ? [] : new KeyValuePair<string, string>[] { new("X-Forwarded-For", forwardedFor) }];
        await other.VisitAsync(rig.PublicUrl + "/app");
        var browser = await rig.LogInAsync();

        var page = await browser.GetAsync(rig.PublicUrl + Page);

        var section = Regex.Match(page.Text, "<section>.*?</section>", RegexOptions.Singleline).Value;
        var address = Regex.Match(section, "<dt>Address</dt><dd[^>]*>([^<]*)</dd>") is { Success: true } match ? match.Groups[1].Value : null;
        Assert.NotEmpty(section);
        Assert.Equal(shown, address);
    }

    [Fact]
    public async Task Visitor_without_a_session_logs_in_and_comes_back()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();

        var (page, url) = await browser.VisitAsync(rig.PublicUrl + Page);

        Assert.Equal((200, rig.PublicUrl + Page), (page.Status, url));
        Assert.Equal(401, (await rig.NewBrowser().FetchAsync(rig.PublicUrl + Page)).Status);
    }

    private static IReadOnlyList<string> Forms(RawResponse page) =>
        [.. Regex.Matches(page.Text, "<form[^>]* action=\"([^\"]+)\"").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

    private static Task<RawResponse> PostAsync(GatewayRig rig, Browser browser, string action) =>
        browser.SendAsync("POST", rig.PublicUrl + action, [new("Accept", "text/html"), new("Sec-Fetch-Dest", "document")]);

    private static string Action(GatewayRig rig, Browser browser, string what) => $"{Page}?end={what}&proof={Proof(rig.SessionOf(browser), "end/" + what)}";

    private static string Proof(string session, string deed) => SessionId.TryParse(session, out var id) ? FormProof.For(id!, deed) : "";
}
