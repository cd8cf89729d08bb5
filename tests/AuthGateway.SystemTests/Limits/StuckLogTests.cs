using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>A log driver that reads nothing (U5).</summary>
public sealed class StuckLogTests(GatewayBinary binary)
{
    /// <summary>Holds the reading end open for as long as the gateway lives, reads nothing, and keeps none of the test's own pipes.</summary>
    private const string Unread = """
        #!/bin/sh
        fifo=$(mktemp -u)
        mkfifo "$fifo"
        (while kill -0 $$ 2> /dev/null; do sleep 1; done) < "$fifo" > /dev/null 2>&1 &
        exec "$PROGRAM" "$@" > "$fifo"

        """;

    [Fact]
    public async Task U5_a_log_that_nobody_reads_stops_no_request()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        await using var gateway = await StoreGateway.StartAsync(binary, provider, upstream, Unread, [("LOG_LEVEL", "INFO"), ("LOG_LINES_MAX", "100000")]);
        var session = await StoreGateway.SessionAsync(gateway);

        for (var i = 0; i < 40; i++)
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => StoreGateway.SendAsync(gateway, "GET", "/app"))), answer => Assert.Equal(401, answer.Status));

        Assert.Equal(200, await gateway.StatusAsync("/healthz"));
        Assert.Equal(200, await StoreGateway.AskAsync(gateway, session));
    }
}
