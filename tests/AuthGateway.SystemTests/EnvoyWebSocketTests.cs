using AuthGateway.Configuration.Catalogue;
using AuthGateway.Http.Headers;
using AuthGateway.Proxy;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>
/// A WebSocket handshake with a visitor's cookie from a foreign page is refused behind the real Envoy with the header lists that we ship, in both shapes:
/// the EnvoyFilter and Istio's extension provider. A check carries no <c>Upgrade</c>.
/// </summary>
public sealed class EnvoyWebSocketTests(KeycloakServer keycloak, GatewayBinary binary)
{
    [Theory]
    [InlineData("kubeflow-ext-authz-http")]
    [InlineData("istio-extension-provider-http")]
    public async Task Foreign_page_opens_no_socket_with_the_visitors_cookie(string shape)
    {
        EnvoyProxy.Home();
        using var upstream = new RecordingUpstream();
        var (publicPort, port) = (Ports.Free(), Ports.Free());
        var settings = GatewayLaunch.Settings(await keycloak.IssuerAsync("kubeflow"), port, publicPort);
        settings["EXT_AUTHZ_UPSTREAM_HEADERS"] = ShippedFilter.UpstreamHeaders;
        var launch = new GatewayLaunch { Port = port, Environment = settings };
        await using var gateway = await GatewayProcess.StartAsync(binary, launch);
        var lists = shape.StartsWith("istio", StringComparison.Ordinal) ? ShippedFilter.ProviderSettings() : ShippedFilter.Settings();
        await using var envoy = await EnvoyProxy.StartAsync(shape, publicPort, port, launch.WebPort, upstream.Port, lists);
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri($"http://localhost:{publicPort}/lab"), "ann", "ann-pass");

        var own = await HandshakeAsync(publicPort, browser, $"Origin: http://localhost:{publicPort}\r\n");
        var noPage = await HandshakeAsync(publicPort, browser, "");
        var seen = upstream.Heads.Count;
        var foreign = await HandshakeAsync(publicPort, browser, "Origin: https://evil.example\r\n");
        var sandboxed = await HandshakeAsync(publicPort, browser, "Origin: null\r\n");

        Assert.Equal((101, 101, 403, 403), (own, noPage, foreign, sandboxed));
        Assert.Equal(seen, upstream.Heads.Count);
    }

    private static async Task<int> HandshakeAsync(int port, CookieBrowser browser, string origin)
    {
        using var connection = await RawConnection.OpenAsync(port);
        await connection.WriteAsync(
            $"GET /lab/ws HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-Fetch-Mode: websocket\r\n{origin}Cookie: {browser.CookieHeader("localhost")}\r\n\r\n");
        return (await connection.ReadHeadAsync())?.Status ?? 0;
    }
}
