namespace AuthGateway.Tests.Browsers;

/// <summary>A handshake with our cookie from a foreign page is refused at every entry point, also where a check carries no <c>Upgrade</c>.</summary>
public class WebSocketOriginTests
{
    private static readonly string[] Marks =
    [
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: v1.kernel.websocket.jupyter.org", "Sec-WebSocket-Extensions: permessage-deflate",
        "Sec-Fetch-Mode: websocket",
    ];

    public static TheoryData<string, int> Origins => new()
    {
        { "https://gw.example.test", 200 }, { "", 200 }, { "https://evil.example.test", 403 }, { "null", 403 }, { "https://gw.example.test.evil.example", 403 }, { "http://gw.example.test", 403 },
    };

    [Theory]
    [MemberData(nameof(Origins))]
    public async Task Foreign_handshake_is_refused_by_any_of_its_marks(string origin, int status)
    {
        await using var envoy = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        var session = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());
        var sessionThere = "Cookie: authservice_session=" + envoy.SessionOf(await envoy.LogInAsync());
        string[] from = origin.Length == 0 ? [] : ["Origin: " + origin];

        foreach (var mark in Marks)
        {
            Assert.Equal(status, (await envoy.SendAsync("GET", "/ws", [.. from, mark, sessionThere])).Status);
            Assert.Equal(status == 200 ? 204 : 403, (await rig.SendAsync("GET", "/authservice/verify", [.. from, mark, session, "X-Original-URI: /ws"])).Status);
            Assert.Equal(status, (await rig.SendAsync("GET", "/authservice/forward-auth", [.. from, mark, session, "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: gw.example.test", "X-Forwarded-Uri: /ws"])).Status);
            Assert.Equal(status == 403, (await rig.SendAsync("GET", "/ws", [.. from, mark, session])).Status == 403);
        }
    }

    [Fact]
    public async Task Other_requests_of_a_foreign_page_are_the_applications_affair()
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        var session = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());

        Assert.Equal(200, (await rig.SendAsync("POST", "/app", "Origin: https://evil.example.test", session, "Content-Length: 0")).Status);
    }
}
