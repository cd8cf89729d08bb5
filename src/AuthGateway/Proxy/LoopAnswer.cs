using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pages;
using AuthGateway.Pipeline;

namespace AuthGateway.Proxy;

/// <summary>
/// Answers 508 (RFC 5842 §7.2) when the upstream's address leads back to this gateway. The page
/// names the setting; the log gets at most one line a minute.
/// </summary>
internal sealed partial class LoopAnswer(
    ServerOptions server, PageSender pages, TimeProvider time, ILogger<LoopAnswer> logger)
{
    private const string Text =
        "The upstream's address leads back to this gateway: correct UPSTREAM_URL, or the destination in ROUTES_FILE.\n";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private long _loggedAt;

    public Task WriteAsync(HttpContext context, AccessRequest request)
    {
        LogLoop();
        return NavigationRule.Classify(request) == NavigationKind.None
            ? PlainText.WriteAsync(context, StatusCodes.Status508LoopDetected, Text)
            : pages.SendAsync(
                context, request, StatusCodes.Status508LoopDetected, RefusalPages.Loop(RefusalPages.RetryOf(request)));
    }

    private void LogLoop()
    {
        var now = time.GetTimestamp();
        var before = Interlocked.Read(ref _loggedAt);
        if ((before == 0 || time.GetElapsedTime(before, now) > Pause)
            && Interlocked.CompareExchange(ref _loggedAt, now, before) == before)
        {
            Looped(server.RoutesFile is null ? "UPSTREAM_URL" : "ROUTES_FILE");
        }
    }

    [LoggerMessage(
        EventId = 112, Level = LogLevel.Error,
        Message = "{Setting}: a request that was forwarded came back here; the upstream's address names this "
            + "gateway, or a proxy in front of it. Write the application's own address.")]
    private partial void Looped(string setting);
}
