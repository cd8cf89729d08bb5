using System.Collections.Concurrent;

namespace AuthGateway.Observability;

/// <summary>Handles the failures of background work.</summary>
/// <remarks>
/// Each is counted (<c>authgateway.background.failures</c>) and logged with the work's name and the
/// reason, at most once a minute while the reason stays the same. Work that runs here can neither
/// end the process nor fail silently.
/// </remarks>
internal sealed partial class Supervisor(GatewayMetrics metrics, TimeProvider time, ILogger<Supervisor> logger)
{
    private const int MaxReason = 300;
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (string Reason, DateTimeOffset At)> _last =
        new(StringComparer.Ordinal);

    /// <summary>The clock of background work.</summary>
    public TimeProvider Time => time;

    /// <summary>Starts work without waiting for it.</summary>
    public void Start(string work, Func<Task> body) => _ = RunAsync(work, body);

    /// <summary>Runs work to its end; never throws.</summary>
    public async Task RunAsync(string work, Func<Task> body)
    {
        try
        {
            await body();
        }
        catch (Exception e)
        {
            Failed(work, e);
        }
    }

    /// <summary>Runs synchronous work such as a callback; never throws.</summary>
    public void Run(string work, Action body)
    {
        try
        {
            body();
        }
        catch (Exception e)
        {
            Failed(work, e);
        }
    }

    /// <summary>Counts and logs a failure.</summary>
    /// <param name="work">A constant name: it is a label of the metric.</param>
    /// <param name="failure">The exception.</param>
    public void Failed(string work, Exception failure)
    {
        try
        {
            metrics.BackgroundFailure(work);
            var reason = ReasonOf(failure);
            if (IsNews(work, reason))
            {
                LogFailure(logger, work, reason);
            }

            LogException(logger, work, failure);
        }
        catch (Exception)
        {
            // A failure of the log or the metric cannot be reported. The work goes on.
        }
    }

    private bool IsNews(string work, string reason)
    {
        var now = time.GetUtcNow();
        if (_last.TryGetValue(work, out var last) && last.Reason == reason && now - last.At < RepeatInterval)
        {
            return false;
        }

        _last[work] = (reason, now);
        return true;
    }

    private static string ReasonOf(Exception failure)
    {
        var text = $"{failure.GetType().Name}: {failure.Message}";
        return new([.. text.Take(MaxReason).Select(c => char.IsControl(c) ? ' ' : c)]);
    }

    [LoggerMessage(
        EventId = 110,
        Level = LogLevel.Error,
        Message = "Background work failed: {Work} ({Reason}). The gateway goes on, and so does this work at its next turn. If it stays, report it with this line.")]
    private static partial void LogFailure(ILogger logger, string work, string reason);

    [LoggerMessage(EventId = 111, Level = LogLevel.Debug, Message = "{Work} failed here.")]
    private static partial void LogException(ILogger logger, string work, Exception failure);
}
