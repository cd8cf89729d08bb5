namespace AuthGateway.Tests.Compatibility;

/// <summary>The addresses of oauth2-proxy (<c>OAUTH2_ADDRESSES</c>).</summary>
public sealed class Oauth2AddressTests
{
    [Theory]
    [InlineData("start?rd=%2Fapp%3Fx%3D1", "/app?x=1")]
    [InlineData("start?rd=https%3A%2F%2Fgw.example.test%2Fapp", "/app")]
    [InlineData("start?rd=https%3A%2F%2Fevil.example%2Fapp", "/")]
    [InlineData("start?rd=%2F%2Fevil.example%2Fapp", "/")]
    [InlineData("start?rd=%2F%5Cevil.example", "/")]
    [InlineData("start?rd=%2F%09%2Fevil.example", "/")]
    [InlineData("sign_in?rd=%2Fapp", "/app")]
    public async Task Login_begins_at_the_old_addresses_and_ends_at_its_target(string address, string end)
    {
        await using var rig = await Oauth2Rig.StartAsync(GatewayMode.InLine);

        var (answer, url) = await rig.NewBrowser().VisitAsync($"{rig.PublicUrl}/oauth2/{address}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(rig.PublicUrl + end, url);
    }

    /// <summary>Envoy lets a request pass by 200 alone, and marks its checks.</summary>
    [Theory]
    [InlineData(GatewayMode.InLine, 200)]
    [InlineData(GatewayMode.ExtAuthz, 203)]
    public async Task Probes_answer_on_the_main_port_and_let_no_request_pass(GatewayMode mode, int checkedStatus)
    {
        await using var rig = await Oauth2Rig.StartAsync(mode);
        var session = await Oauth2Rig.SessionAsync(rig);

        foreach (var path in new[] { "/ping", "/ready", "/oauth2/userinfo" })
        {
            var probe = await RawClient.OnceAsync(rig.Address, $"GET {path} HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nConnection: close\r\n{session}\r\n\r\n");
            Assert.Equal(200, probe.Status);
            Assert.Equal(mode == GatewayMode.ExtAuthz, probe.Header("x-envoy-auth-headers-to-remove")?.Contains("kubeflow-userid", StringComparison.Ordinal) == true);
            foreach (var mark in new[] { "x-envoy-internal: true", "x-envoy-expected-rq-timeout-ms: 250" })
            {
                Assert.Equal(checkedStatus, (await rig.SendAsync("GET", path, session, mark)).Status);
            }

            Assert.Equal(405, (await rig.SendAsync("POST", path, "Content-Length: 0")).Status);
        }

        Assert.Equal(401, (await rig.SendAsync("GET", "/ping/x", "Accept: application/json")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/pingx", "Accept: application/json")).Status);
        Assert.DoesNotContain(rig.Upstream.Requests, request => request.Lines[0].Contains("ping", StringComparison.Ordinal));
        await rig.Provider.DisposeAsync();
        Assert.Equal(checkedStatus, (await rig.SendAsync("GET", "/ready", "x-envoy-internal: true")).Status);
    }

    [Fact]
    public async Task Ready_is_503_until_the_provider_is_known()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Answer(503, "{}");
        await using var rig = await GatewayRig.StartAsync(settings: Oauth2Rig.Settings(), provider: provider, waitUntilReady: false);

        Assert.Equal(200, (await rig.SendAsync("GET", "/ping")).Status);
        Assert.Equal(503, (await rig.SendAsync("GET", "/ready")).Status);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Check_answers_202_with_the_headers_or_401_and_userinfo_knows_the_name(GatewayMode mode)
    {
        await using var rig = await Oauth2Rig.StartAsync(
            mode,
            ("USERID_HEADER", "X-Auth-Request-Email"),
            ("GROUPS_HEADER", "X-Auth-Request-Groups"),
            ("CLAIM_HEADERS", "sub:X-Auth-Request-User,preferred_username:X-Auth-Request-Preferred-Username"));
        rig.Provider.User = Oauth2ProxyRig.Ann;
        var session = await Oauth2Rig.SessionAsync(rig);

        var auth = await rig.SendAsync("GET", "/oauth2/auth", session);
        var info = await rig.SendAsync("GET", "/oauth2/userinfo", session);

        Assert.Equal(202, auth.Status);
        Assert.Equal(["ann@example.com", "staff,admins", "sub-ann"], new[] { "Email", "Groups", "User" }.Select(name => auth.Header("X-Auth-Request-" + name)));
        Assert.Equal(["ann@example.com", "ann"], new[] { "email", "preferredUsername" }.Select(name => (string?)info.Json[name]));
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/auth")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/oauth2/userinfo", "Accept: application/json")).Status);
    }

    /// <summary>The mesh sends the whole prefix to the listener of the checks.</summary>
    [Fact]
    public async Task Page_after_the_logout_is_served_where_checks_are_answered()
    {
        await using var rig = await Oauth2Rig.StartAsync(GatewayMode.ExtAuthz);

        var page = await rig.SendAsync("GET", "/oauth2/site/after_logout", "Accept: text/html");

        Assert.Equal(203, page.Status);
        Assert.Contains("<html", page.Text, StringComparison.OrdinalIgnoreCase);
    }
}
