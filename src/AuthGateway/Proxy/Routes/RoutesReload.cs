using AuthGateway.Observability;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Logs a <c>ROUTES_FILE</c> that was replaced by an unreadable one. The routes read last stay in
/// use. Before the start the command line validates the file instead.
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
