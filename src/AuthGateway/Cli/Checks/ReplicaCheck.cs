using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;

namespace AuthGateway.Cli.Checks;

/// <summary>The replicas that run on this Redis now, and what differs between them and the settings at hand.</summary>
internal static class ReplicaCheck
{
    /// <returns>Findings, and each replica seen, with its version.</returns>
    public static async Task<(IReadOnlyList<CheckFinding> Findings, IReadOnlyList<string> Seen)> LookAsync(GatewayOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Session.Redis is not { } redis)
        {
            return ([], []);
        }

        await using var connection = new RedisConnection(redis, time, Connector.System);
        try
        {
            var view = await new RedisReplicas(connection, time).LookAsync(own: null, cancellationToken);
            var own = new ReplicaDigests(options, new SessionSecrets(options, time)).Make(view.ClockAhead);
            return (
                [.. ReplicaDifferences.Find(own, view).Select(difference => new CheckFinding(CheckArea.Store, difference.Text, "Compare the settings and the clock of that replica with these."))],
                view.NamesOf(own));
        }
        catch (StoreUnavailableException)
        {
            // The look at Redis itself says why.
            return ([], []);
        }
    }
}
