using AuthGateway.Observability;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Reports a <c>ROUTES_FILE</c> that was replaced by one that cannot be read: the routes read last stay in use. Before the start the file is judged by the command line instead.
/// </summary>
internal sealed class RoutesReload(RoutesFileWatch watch, Supervisor supervisor) : SupervisedService(supervisor)
{
    public override string Work => "reload of ROUTES_FILE";

    protected override void Begin() => watch.Report = failure => Supervisor.Failed(Work, failure);

    protected override Task FinishAsync(CancellationToken cancellationToken)
    {
        watch.Report = null;
        return Task.CompletedTask;
    }
}
