using System.Collections.Concurrent;
using AuthGateway.Http;
using AuthGateway.Limits.Connections;
using AuthGateway.Limits.Http2;
using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>
/// Limits the requests to public paths that are forwarded for strangers: their number, because each
/// may hold a connection to the upstream, and their time without a byte. At the limit, the slowest
/// request older than 10 s is aborted for the next one, so that slow clients cannot occupy all
/// places.
/// </summary>
internal sealed class StrangerForwards
{
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(10);
    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private readonly ConcurrentDictionary<StrangerForward, byte> _all = new();
    private readonly StrangerGate _gate;
    private int _open;

    public StrangerForwards(
        ProcessLimits limits, LimitReport report, StrangerGate gate, GatewayMetrics metrics)
    {
        _gate = gate;
        _limits = limits;
        _report = report;
        metrics.Watch(
            "authgateway.strangers.forwards",
            "Requests to public paths under way of connections that have shown no session.",
            () => Open);
    }

    public int Open => Volatile.Read(ref _open);

    /// <summary>
    /// Admits a request. Null at the limit; otherwise <see cref="Leave"/> must follow.
    /// </summary>
    /// <param name="context">The request to a public path.</param>
    /// <param name="connection">The connection of the request.</param>
    /// <param name="isShared">See <see cref="StrangerForward"/>.</param>
    public StrangerForward? TryEnter(HttpContext context, ClientConnection connection, bool isShared)
    {
        var open = Interlocked.Increment(ref _open);
        if (open > _limits.StrangerUpstream && (open > 2 * _limits.StrangerUpstream || !TryEndSlowest()))
        {
            Interlocked.Decrement(ref _open);
            _report.Reached(LimitTable.StrangerUpstream);
            return null;
        }

        var forward = new StrangerForward(context, connection, isShared);
        _all[forward] = 0;
        connection.Forward(1);
        context.Request.Body = new StallTimeoutStream(
            context.Request.Body,
            _limits.StrangerTimeout,
            forward.Move,
            () => EndStalled(forward, LimitTable.UnfinishedBody),
            () => forward.IsStrangers ? _gate.TurnAsync() : Task.CompletedTask);
        context.Response.Body = new StallTimeoutStream(
            context.Response.Body,
            _limits.StrangerTimeout,
            forward.Move,
            () => EndStalled(forward, LimitTable.UnreadAnswer));
        return forward;
    }

    public void Leave(StrangerForward forward)
    {
        _all.TryRemove(forward, out _);
        forward.Connection.Forward(-1);
        Interlocked.Decrement(ref _open);
    }

    private bool TryEndSlowest()
    {
        var minimumAge = _limits.StrangerTimeout < SlowAfter ? _limits.StrangerTimeout : SlowAfter;
        var slowest = _all.Select(pair => pair.Key)
            .Where(forward => !forward.IsEnding && forward.IsStrangers && forward.Age >= minimumAge)
            .MinBy(forward => forward.Pace);
        if (slowest?.End() != true)
        {
            return false;
        }

        _report.Reached(LimitTable.SlowForward);
        return true;
    }

    private bool EndStalled(StrangerForward forward, Limit limit)
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
