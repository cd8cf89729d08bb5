using AuthGateway.Http;
using AuthGateway.Limits.Connections;

namespace AuthGateway.Limits.Http2;

/// <summary>
/// At a limit of all strangers together, closes the HTTP/2 connection that holds most, so that one
/// that holds less is served.
/// </summary>
internal sealed class LargestStranger(ConnectionTable connections, LimitReport report)
{
    /// <summary>
    /// Closes the connection that holds most, unless it is the asking one. Connections being closed
    /// count as released, up to twice the limit. False when the asking connection must give way.
    /// </summary>
    /// <param name="asking">The connection that wants to hold more.</param>
    /// <param name="now">What all hold now.</param>
    /// <param name="bound">What all may hold.</param>
    /// <param name="held">What one connection holds.</param>
    /// <param name="limit">The limit that is reached.</param>
    public bool TryClose(
        ClientConnection asking, long now, long bound, Func<ClientConnection, long> held, Limit limit)
    {
        if (asking.Requests > 1 && now > 2 * bound)
        {
            return false;
        }

        OpenConnection? largest = null;
        var most = held(asking);
        var closing = 0L;
        foreach (var other in connections.Served)
        {
            var holds = other.Client is { IsHttp2: true, HasShownIdentity: false } ? held(other.Client) : 0;
            if (other.IsAborted)
            {
                closing += holds;
            }
            else if (holds > most)
            {
                (largest, most) = (other, holds);
            }
        }

        if (now - closing <= bound)
        {
            return true;
        }

        if (largest is null)
        {
            return false;
        }

        report.Reached(limit);
        largest.Abort(
            "Of all connections without a session it holds most, and together they hold too much (ENHANCE_YOUR_CALM).");
        return true;
    }
}
