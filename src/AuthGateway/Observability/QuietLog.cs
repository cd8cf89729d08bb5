using System.Collections.Concurrent;
using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Observability;

/// <summary>How many lines of one kind (category and event) pass a second; the rest is counted, and one line says how many (<c>LOG_LINES_MAX</c>).</summary>
internal sealed class QuietLog(ServerOptions server)
{
    private readonly ConcurrentDictionary<(string Category, int Event), Kind> _kinds = new();

    /// <summary>False when this line is only counted.</summary>
    /// <param name="category">Who speaks.</param>
    /// <param name="eventId">Of what.</param>
    /// <param name="isOfPeer">True for what a peer made the web server say: one line a second says as much as many.</param>
    /// <param name="logger">Where the count is said.</param>
    public bool TryPass(string category, int eventId, bool isOfPeer, ILogger logger) =>
        _kinds.GetOrAdd((category, eventId), static (_, inner) => new Kind(inner), logger).TryPass(isOfPeer ? 1 : server.Limits.LogLines);

    /// <summary>Called once a second: says what was left out.</summary>
    /// <returns>How many lines.</returns>
    public int Write()
    {
        var all = 0;
        foreach (var (key, kind) in _kinds)
        {
            if (kind.Reset() is > 0 and var left)
            {
                all += left;
                kind.Logger.Log(LogLevel.Warning, default, left, null, (count, _) => $"{count} more line(s) of event {key.Event} were left out in the last second (LOG_LINES_MAX).");
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

        /// <summary>How many were left out.</summary>
        public int Reset() => Interlocked.Exchange(ref _count, 0) - _limit;
    }
}
