using System.Collections.Concurrent;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>
/// Counts reached limits (<c>authgateway.limits.reached</c> by limit) and logs them, one line per
/// limit and second.
/// </summary>
internal sealed partial class LimitReport(GatewayMetrics metrics, ILogger<LimitReport> logger)
{
    private readonly ILogger<LimitReport> _logger = logger;
    private readonly ConcurrentDictionary<Limit, long> _sinceLast = new();

    /// <summary>Records that a limit was reached.</summary>
    /// <param name="limit">A row of <see cref="LimitTable"/>.</param>
    /// <param name="times">Number of times.</param>
    public void Reached(Limit limit, int times = 1)
    {
        metrics.LimitReached(limit.Name, times);
        _sinceLast.AddOrUpdate(limit, static (_, add) => add, static (_, before, add) => before + add, (long)times);
    }

    /// <summary>Counts a limit that is logged elsewhere.</summary>
    public void Count(Limit limit, int times)
    {
        if (times > 0)
        {
            metrics.LimitReached(limit.Name, times);
        }
    }

    /// <summary>Writes the log lines; called once a second.</summary>
    public void Write()
    {
        foreach (var limit in _sinceLast.Keys)
        {
            if (_sinceLast.TryRemove(limit, out var times))
            {
                LogReached(limit.Name, times, limit.Happens, limit.Setting);
            }
        }
    }

    [LoggerMessage(
        EventId = 410,
        Level = LogLevel.Warning,
        Message = "Limit {Limit} was reached {Times} time(s) in a second: {Happens} ({Setting}, docs/limits.md).")]
    private partial void LogReached(string limit, long times, string happens, string setting);
}
