using AuthGateway.Http;
using AuthGateway.Limits.Connections;
using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>
/// Background check, once a second: closes strangers that keep an endpoint of the gateway busy for
/// <c>STRANGER_TIMEOUT</c>, closes idle connections, and logs the limits that were reached.
/// </summary>
internal sealed class StrangerWatch(
    ConnectionTable connections,
    ProcessLimits limits,
    LimitReport report,
    QuietLog lines,
    Supervisor supervisor) : SupervisedService(supervisor)
{
    /// <summary>How long a connection may take to close when nothing is under way: 10 s.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override string Work => "watch over strangers' connections";

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        foreach (var connection in connections.Served.Concat(connections.Probes))
        {
            connection.Look();
            if (!connection.IsAborted)
            {
                CloseIfOverdue(connection);
            }
        }

        connections.TryMakeRoom();
        report.Write();
        report.Count(LimitTable.LogLines, lines.Write());
        return Task.FromResult<TimeSpan?>(Interval);
    }

    private void CloseIfOverdue(OpenConnection connection)
    {
        if (!connection.Client.HasShownIdentity && connection.BusySeconds > limits.StrangerTimeout.TotalSeconds)
        {
            report.Reached(LimitTable.OwnEndpoint);
            connection.Abort(
                "A request to one of the gateway's own endpoints was not finished, or its answer not read, in time.");
        }
        else if (connection.IsClosing)
        {
            if (connection.ClosingSeconds > CloseTimeout.TotalSeconds)
            {
                connection.Abort("It was told to close, and did not in time.");
            }
        }
        else if (connection.IdleSeconds > limits.Idle.TotalSeconds
            && connection.Client.Listener != ListenerKind.ExtAuthz)
        {
            report.Reached(LimitTable.Idle);
            connection.Close();
        }
    }
}
