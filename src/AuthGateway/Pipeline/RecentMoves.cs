using System.Net;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// Counts redirects of the same navigation to the public address within a few seconds.
/// Distinguishes up to 1,000 navigations.
/// </summary>
internal sealed class RecentMoves(TimeProvider time, TimeSpan period)
{
    private const int MaxEntries = 1000;
    private readonly Dictionary<(IPAddress? Peer, int Visit), int> _counts = [];
    private readonly Lock _gate = new();
    private long _since = time.GetTimestamp();

    /// <summary>Counts this request and returns the number so far.</summary>
    public int Count(AccessRequest request)
    {
        var key = (
            request.Peer, HashCode.Combine(request.Target.Raw, request.Host, request.Headers.UserAgent.ToString()));
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
