namespace AuthGateway.Tests.Compatibility;

/// <summary>What Traefik, Caddy and chains of proxies write into <c>X-Forwarded-Proto</c> and <c>-Host</c> (D4).</summary>
public class ForwardedValueTests
{
    [Theory]
    [InlineData("https", GatewayRig.PublicHost, 200)]
    [InlineData("wss", GatewayRig.PublicHost, 200)]
    [InlineData("ws", GatewayRig.PublicHost, 200)]
    [InlineData("HTTPS", GatewayRig.PublicHost, 200)]
    [InlineData("https, http", GatewayRig.PublicHost, 200)]
    [InlineData("https,http", GatewayRig.PublicHost + ", inner", 200)]
    [InlineData("ftp", GatewayRig.PublicHost, 403)]
    [InlineData(", https", GatewayRig.PublicHost, 403)]
    [InlineData("https", ", inner", 403)]
    public async Task D4_forward_auth_reads(string proto, string host, int status)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync(
            "GET", "/authservice/forward-auth", "Cookie: authservice_session=" + session, "X-Forwarded-Method: GET", "X-Forwarded-Proto: " + proto, "X-Forwarded-Host: " + host, "X-Forwarded-Uri: /app");

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("patch", 200)]
    [InlineData("M-SEARCH", 200)]
    [InlineData("VERSION-CONTROL", 200)]
    [InlineData("GET POST", 403)]
    [InlineData("GET,POST", 403)]
    [InlineData("GET/", 403)]
    public async Task D4_forward_auth_reads_any_method_that_is_a_token(string method, int status)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync(
            "GET", "/authservice/forward-auth", "Cookie: authservice_session=" + session, "Origin: " + rig.PublicUrl, "X-Forwarded-Method: " + method, "X-Forwarded-Proto: https", "X-Forwarded-Host: " + GatewayRig.PublicHost, "X-Forwarded-Uri: /app");

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task D4_a_visit_through_two_proxies_to_the_public_host_goes_to_the_provider()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });

        var answer = await rig.SendAsync(
            "GET", "/authservice/forward-auth", "Accept: text/html", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https, http", $"X-Forwarded-Host: {GatewayRig.PublicHost}, inner", "X-Forwarded-Uri: /app");

        Assert.Equal(302, answer.Status);
        Assert.StartsWith(rig.Provider.Issuer, answer.Location, StringComparison.Ordinal);
    }
}
