using AuthGateway.Configuration;
using AuthGateway.Observability;

namespace AuthGateway.Tests.Limits;

/// <summary>The log under a flood (U5, U8).</summary>
public class QuietLogTests
{
    [Fact]
    public void U8_lines_of_one_kind_are_bounded_and_counted()
    {
        var written = new LogCapture();
        var lines = new QuietLog(Server(3));
        using var provider = new QuietLogProvider(written, lines);
        var log = provider.CreateLogger("AuthGateway.Test");
        var other = provider.CreateLogger("AuthGateway.Other");

        for (var i = 0; i < 1000; i++)
        {
            log.LogWarning(new EventId(7), "refused");
        }

        other.LogWarning("something else");
        lines.Write();

        Assert.Equal(3, written.Text.Split("refused").Length - 1);
        Assert.Contains("something else", written.Text, StringComparison.Ordinal);
        Assert.Contains("997 more line(s) of event 7 were left out in the last second (LOG_LINES_MAX).", written.Text, StringComparison.Ordinal);
        log.LogWarning(new EventId(7), "refused");
        Assert.Equal(4, written.Text.Split("refused").Length - 1);
    }

    [Fact]
    public void U8_what_peers_make_the_web_server_say_is_one_line_a_second_with_a_count()
    {
        var written = new LogCapture();
        var lines = new QuietLog(Server(50));
        using var provider = new QuietLogProvider(written, lines);
        var log = provider.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Http2");

        for (var i = 0; i < 100; i++)
        {
            log.LogWarning(new EventId(7), "refused");
        }

        Assert.Equal(99, lines.Write());
        Assert.Equal(1, written.Text.Split("refused").Length - 1);
        Assert.Contains("99 more line(s)", written.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void U8_nothing_that_a_peer_does_is_critical_or_a_stack_trace()
    {
        var written = new LogCapture();
        using var provider = new QuietLogProvider(written, new QuietLog(Server(50)));
        var log = provider.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Http2");

        try
        {
            throw new InvalidOperationException("index 0");
        }
        catch (InvalidOperationException e)
        {
            log.LogCritical(e, "The connection was aborted");
        }

        Assert.Contains("Warning", written.Text, StringComparison.Ordinal);
        Assert.Contains("The connection was aborted InvalidOperationException: index 0", written.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", written.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Critical", written.Text, StringComparison.Ordinal);
    }

    private static ServerOptions Server(int lines) => new() { ExtAuthzUpstreamHeaders = [], Limits = new LimitOptions { LogLines = lines } };
}
