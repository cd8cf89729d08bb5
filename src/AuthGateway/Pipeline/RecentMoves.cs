using System.Net;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>How often the same visit was sent to the public address within a few seconds; a thousand different ones are told apart.</summary>
internal sealed class RecentMoves(TimeProvider time, TimeSpan period)
{
    private const int MaxEntries = 1000;
    private readonly Dictionary<(IPAddress? Peer, int Visit), int> _counts = [];
    private readonly Lock _gate = new();
    private long _since = time.GetTimestamp();

    /// <summary>With this one.</summary>
    public int Count(AccessRequest request)
    {
        var key = (request.Peer, HashCode.Combine(request.Target.Raw, request.Host, request.Headers.UserAgent.ToString()));
        lock (_gate)
        {
            if (time.GetElapsedTime(_since) >= period || _counts.Count >= MaxEntries)
            {
                _counts.Clear();
                _since = time.GetTimestamp();
            }

            return _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }
}
