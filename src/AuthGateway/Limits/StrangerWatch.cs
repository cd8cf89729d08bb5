using AuthGateway.Http;
using AuthGateway.Limits.Connections;
using AuthGateway.Observability;

namespace AuthGateway.Limits;

/// <summary>Once a second: closes strangers that keep our own endpoints busy for <c>STRANGER_TIMEOUT</c>, and connections that are silent; writes what limits did.</summary>
internal sealed class StrangerWatch(ConnectionTable connections, ProcessLimits limits, LimitReport report, QuietLog lines, Supervisor supervisor) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override string Work => "watch over strangers' connections";

    protected override Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        foreach (var connection in connections.Served)
        {
            connection.Look();
            if (!connection.IsClosing)
            {
                Judge(connection);
            }
        }

        report.Write();
        report.Count(LimitTable.LogLines, lines.Write());
        return Task.FromResult<TimeSpan?>(Interval);
    }

    private void Judge(OpenConnection connection)
    {
        if (!connection.Client.HasShownIdentity && connection.BusyLooks > limits.StrangerTimeout.TotalSeconds)
        {
            report.Reached(LimitTable.OwnEndpoint);
            connection.Abort("A request to one of the gateway's own endpoints was not finished, or its answer not read, in time.");
        }
        else if (connection.QuietLooks > limits.Idle.TotalSeconds && connection.Client.Listener != ListenerKind.ExtAuthz)
        {
            report.Reached(LimitTable.Idle);
            connection.Close();
        }
    }
}
