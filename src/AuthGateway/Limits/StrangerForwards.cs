using System.Collections.Concurrent;
using AuthGateway.Http;
using AuthGateway.Limits.Connections;
using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>
/// Requests to public paths that are forwarded for strangers: how many at a time (each may hold a connection to the upstream), and how long without a byte. When every
/// place is taken, the slowest of those that have lasted for 10 s gives way to the next: drips and silence hold no place for ever.
/// </summary>
internal sealed class StrangerForwards
{
    private static readonly TimeSpan MostSlowness = TimeSpan.FromSeconds(10);
    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private readonly ConcurrentDictionary<StrangerForward, byte> _all = new();
    private int _open;

    public StrangerForwards(ProcessLimits limits, LimitReport report, GatewayMetrics metrics)
    {
        _limits = limits;
        _report = report;
        metrics.Watch("authgateway.strangers.forwards", "Requests to public paths under way of connections that have shown no session.", () => Open);
    }

    public int Open => Volatile.Read(ref _open);

    /// <summary>Null when there is no place; else <see cref="Leave"/> must follow.</summary>
    /// <param name="context">The request to a public path.</param>
    /// <param name="connection">The connection that it came by.</param>
    /// <param name="isShared">See <see cref="StrangerForward"/>.</param>
    public StrangerForward? TryEnter(HttpContext context, ClientConnection connection, bool isShared)
    {
        var open = Interlocked.Increment(ref _open);
        if (open > _limits.StrangerUpstream && (open > 2 * _limits.StrangerUpstream || !MakesRoom()))
        {
            Interlocked.Decrement(ref _open);
            _report.Reached(LimitTable.StrangerUpstream);
            return null;
        }

        var forward = new StrangerForward(context, connection, isShared);
        _all[forward] = 0;
        connection.Forward(1);
        context.Request.Body = new PatientStream(context.Request.Body, _limits.StrangerTimeout, forward.Move, () => GiveUp(forward, LimitTable.UnfinishedBody));
        context.Response.Body = new PatientStream(context.Response.Body, _limits.StrangerTimeout, forward.Move, () => GiveUp(forward, LimitTable.UnreadAnswer));
        return forward;
    }

    public void Leave(StrangerForward forward)
    {
        _all.TryRemove(forward, out _);
        forward.Connection.Forward(-1);
        Interlocked.Decrement(ref _open);
    }

    private bool MakesRoom()
    {
        var patience = _limits.StrangerTimeout < MostSlowness ? _limits.StrangerTimeout : MostSlowness;
        var slowest = _all.Select(pair => pair.Key).Where(forward => !forward.IsEnding && forward.IsStrangers && forward.Age >= patience).MinBy(forward => forward.Pace);
        if (slowest?.End() != true)
        {
            return false;
        }

        _report.Reached(LimitTable.SlowForward);
        return true;
    }

    private bool GiveUp(StrangerForward forward, Limit limit)
    {
        if (!forward.IsStrangers)
        {
            return false;
        }

        _report.Reached(limit);
        forward.End();
        return true;
    }
}
