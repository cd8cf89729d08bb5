using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>How a browser sees the end of a WebSocket whose session ended.</summary>
public sealed class SocketEndTests(Chromium chromium, GatewayBinary binary)
{
    [Fact]
    public async Task WebSocket_of_a_session_that_ends_is_closed_cleanly_with_its_reason()
    {
        using var upstream = new RecordingUpstream();
        await using var stage = await BrowserStage.StartAsync(binary, upstream.Port, "in-line", null);
        var page = await chromium.NewPageAsync();
        await stage.LogInAsync(page, "/lab");
        const string LogOut = """
            url => new Promise(done => {
              const socket = new WebSocket(url);
              socket.onopen = () => fetch('/authservice/logout', { method: 'POST' });
              socket.onclose = end => done(`${end.code} ${end.reason}, clean: ${end.wasClean}`);
            })
            """;

        // RFC 6455 §7.1.1: both close frames, then the end of the connection, no reset.
        Assert.Equal("1008 session ended, clean: true", await page.EvaluateAsync<string>(LogOut, $"ws://localhost:{stage.PublicPort}/ws"));
        await page.Context.CloseAsync();
    }
}
