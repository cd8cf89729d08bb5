using System.Collections.Concurrent;
using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Observability;

/// <summary>
/// Limits the log lines of one kind (category and event id) per second to <c>LOG_LINES_MAX</c>. The
/// others are counted, and one line reports their number.
/// </summary>
internal sealed class QuietLog(ServerOptions server)
{
    private readonly ConcurrentDictionary<(string Category, int Event), Kind> _kinds = new();

    /// <summary>Counts a line; false when it is not to be written.</summary>
    /// <param name="category">The logger's category.</param>
    /// <param name="eventId">The event's id.</param>
    /// <param name="isOfPeer">
    /// True for lines of the web server that a peer causes. One such line a second is written.
    /// </param>
    /// <param name="logger">The logger that reports the number of omitted lines.</param>
    public bool TryPass(string category, int eventId, bool isOfPeer, ILogger logger) =>
        _kinds.GetOrAdd((category, eventId), static (_, inner) => new Kind(inner), logger)
            .TryPass(isOfPeer ? 1 : server.Limits.LogLines);

    /// <summary>Called once a second: logs how many lines were omitted.</summary>
    /// <returns>The number of omitted lines.</returns>
    public int Write()
    {
        var all = 0;
        foreach (var (key, kind) in _kinds)
        {
            if (kind.Reset() is > 0 and var left)
            {
                all += left;
                kind.Logger.Log(
                    LogLevel.Warning,
                    default,
                    left,
                    null,
                    (count, _) =>
                        $"{count} more line(s) of event {key.Event} were left out in the last second (LOG_LINES_MAX).");
            }
        }

        return all;
    }

    private sealed class Kind(ILogger logger)
    {
        private int _count;
        private int _limit = int.MaxValue;

        public ILogger Logger { get; } = logger;

        public bool TryPass(int limit)
        {
            _limit = limit;
            return Interlocked.Increment(ref _count) <= limit;
        }

        /// <summary>Starts the next second; returns the number of omitted lines.</summary>
        public int Reset() => Interlocked.Exchange(ref _count, 0) - _limit;
    }
}
