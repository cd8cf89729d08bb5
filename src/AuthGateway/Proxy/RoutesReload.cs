using AuthGateway.Observability;
using Microsoft.Extensions.Configuration;

namespace AuthGateway.Proxy;

/// <summary>
/// Reports a <c>ROUTES_FILE</c> that was replaced by one that cannot be read: the routes read last stay in use. Before the start the file is judged by the command line instead.
/// </summary>
internal sealed class RoutesReload(RoutesReload.Failures failures, Supervisor supervisor) : SupervisedService(supervisor)
{
    public override string Work => "reload of ROUTES_FILE";

    protected override void Begin() => failures.Report = failure => Supervisor.Failed(Work, failure);

    protected override Task FinishAsync(CancellationToken cancellationToken)
    {
        failures.Report = null;
        return Task.CompletedTask;
    }

    /// <summary>What the configuration calls; it is built before there is a log.</summary>
    internal sealed class Failures
    {
        public Action<Exception>? Report { get; set; }

        // Not ignored: after an ignored failure YARP would be given an empty file.
        public void Take(FileLoadExceptionContext context) => Report?.Invoke(context.Exception);
    }
}
