namespace AuthGateway.Tests.Login;

public class CallbackReplayTests
{
    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Callback_in_another_browser_is_foreign_and_redeems_nothing(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var callback = await CallbackAsync(rig, rig.NewBrowser());

        var answer = await rig.NewBrowser().GetAsync(callback);

        Assert.Equal(400, answer.Status);
        Assert.Equal("foreign_state", answer.ErrorCode);
        Assert.Contains("CSRF check failed.", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, rig.Provider.Count("token"));
        Assert.Equal(0, rig.StoredRows());
        Assert.DoesNotContain("authservice_session", answer.CookiesSet);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Replayed_callback_with_its_live_session_goes_to_the_page_and_redeems_nothing(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var browser = rig.NewBrowser();
        var callback = await CallbackAsync(rig, browser);
        await browser.GetAsync(callback);
        var session = rig.SessionOf(browser);

        var again = await browser.GetAsync(callback);

        Assert.Equal(302, again.Status);
        Assert.Equal("/first?x=1", again.Location!.Replace(rig.PublicUrl, "", StringComparison.Ordinal));
        Assert.Equal(session, rig.SessionOf(browser));
        Assert.Equal(1, rig.Provider.Count("token"));
        Assert.Equal(1, rig.StoredRows());
    }

    [Fact]
    public async Task Replayed_callback_with_its_login_cookie_put_back_is_refused_without_a_token_call()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        var callback = await CallbackAsync(rig, browser);
        var (name, value) = browser.CookiesOf(GatewayRig.PublicHost).First(cookie => cookie.Key.StartsWith("__Host-authservice_login_", StringComparison.Ordinal));
        await browser.GetAsync(callback);
        var thief = rig.NewBrowser();
        thief.SetCookie(GatewayRig.PublicHost, name, value);

        var answer = await thief.GetAsync(callback);

        Assert.Equal(400, answer.Status);
        Assert.Equal("replayed_state", answer.ErrorCode);
        Assert.Equal(1, rig.Provider.Count("token"));
        Assert.Equal(1, rig.StoredRows());
        Assert.DoesNotContain("authservice_session", answer.CookiesSet);
    }

    [Fact]
    public async Task Of_two_callbacks_at_the_same_moment_one_redeems()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        var callback = await CallbackAsync(rig, browser);
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        var cookie = string.Join("; ", browser.CookiesOf(GatewayRig.PublicHost).Select(pair => $"{pair.Key}={pair.Value}"));
        var target = callback[rig.PublicUrl.Length..];

        var both = Enumerable.Range(0, 2).Select(_ => rig.SendAsync("GET", target, "Accept: text/html", "Cookie: " + cookie)).ToArray();
        await Deadline.UntilAsync(() => rig.Provider.Count("token") > 0 && both.Any(one => one.IsCompleted), "one is refused while the other waits");
        gate.SetResult();
        var answers = await Task.WhenAll(both);

        Assert.Equal(1, rig.Provider.Count("token"));
        Assert.Equal(1, answers.Count(answer => answer.CookiesSet.Contains("authservice_session")));
        Assert.Equal(400, answers.Single(answer => !answer.CookiesSet.Contains("authservice_session")).Status);
        Assert.Equal(1, rig.StoredRows());
    }

    [Fact]
    public async Task Two_values_under_one_login_cookie_name_are_a_foreign_callback()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        var callback = await CallbackAsync(rig, browser);
        var (name, value) = browser.CookiesOf(GatewayRig.PublicHost).First(cookie => cookie.Key.StartsWith("__Host-authservice_login_", StringComparison.Ordinal));

        var answer = await rig.SendAsync("GET", callback[rig.PublicUrl.Length..], "Accept: text/html", $"Cookie: {name}=planted; {name}={value}");

        Assert.Equal("foreign_state", answer.ErrorCode);
        Assert.Equal(0, rig.Provider.Count("token"));
    }

    /// <summary>Browsers let no sibling domain set a <c>__Host-</c> name, but any value: behind a comma it is not the browser's word.</summary>
    [Theory]
    [InlineData(GatewayMode.InLine, "x=a,{0}={1}")]
    [InlineData(GatewayMode.InLine, "x=a, \t{0}={1}")]
    [InlineData(GatewayMode.InLine, "a,{0}={1}")]
    [InlineData(GatewayMode.ExtAuthz, "x=a,b,{0}={1}")]
    public async Task Login_cookie_in_the_value_of_a_tossed_one_logs_nobody_in(GatewayMode door, string line)
    {
        await using var rig = await GatewayRig.StartAsync(door);
        var attacker = rig.NewBrowser();
        var callback = await CallbackAsync(rig, attacker);
        var (name, value) = attacker.CookiesOf(GatewayRig.PublicHost).First(cookie => cookie.Key.StartsWith("__Host-authservice_login_", StringComparison.Ordinal));

        var answer = await rig.SendAsync("GET", callback[rig.PublicUrl.Length..], "Accept: text/html", "Cookie: " + string.Format(System.Globalization.CultureInfo.InvariantCulture, line, name, value));

        Assert.Equal("foreign_state", answer.ErrorCode);
        Assert.DoesNotContain("authservice_session", answer.CookiesSet);
        Assert.Equal(0, rig.Provider.Count("token"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task Callback_takes_no_other_method_than_get(string method)
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        var callback = await CallbackAsync(rig, browser);

        var answer = await browser.SendAsync(method, callback, browser.NavigationHeaders);

        Assert.InRange(answer.Status, 400, 499);
        Assert.Equal(0, rig.Provider.Count("token"));
    }

    /// <summary>Visits a page and stops before the callback: its address, with a code that waits to be redeemed.</summary>
    private static async Task<string> CallbackAsync(GatewayRig rig, Browser browser)
    {
        var start = await browser.GetAsync(rig.PublicUrl + "/first?x=1");
        return (await browser.GetAsync(start.Location!)).Location!;
    }
}
