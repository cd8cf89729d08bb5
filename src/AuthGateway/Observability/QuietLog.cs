using System.Collections.Concurrent;
using AuthGateway.Configuration;

namespace AuthGateway.Observability;

/// <summary>How many lines of one kind (category and event) pass a second; the rest is counted, and one line says how many (<c>LOG_LINES_MAX</c>).</summary>
internal sealed class QuietLog(ServerOptions server)
{
    private readonly ConcurrentDictionary<(string Category, int Event), Kind> _kinds = new();

    /// <summary>False when this line is only counted.</summary>
    public bool TryPass(string category, int eventId, ILogger logger) => _kinds.GetOrAdd((category, eventId), static (_, inner) => new Kind(inner), logger).TryPass(server.Limits.LogLines);

    /// <summary>Called once a second: says what was left out.</summary>
    public void Write()
    {
        foreach (var (key, kind) in _kinds)
        {
            if (kind.Reset() is > 0 and var left)
            {
                kind.Logger.Log(LogLevel.Warning, default, left, null, (count, _) => $"{count} more line(s) of event {key.Event} were left out in the last second (LOG_LINES_MAX).");
            }
        }
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
