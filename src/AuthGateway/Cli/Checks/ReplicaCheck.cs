using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Compares the settings with those of the replicas that currently use this Redis.
/// </summary>
internal static class ReplicaCheck
{
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="reportsTrouble">
    /// False when the check of Redis has reported a problem, which is the same here.
    /// </param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>Findings, and the replicas with their versions.</returns>
    public static async Task<(IReadOnlyList<CheckFinding> Findings, IReadOnlyList<string> Seen)> LookAsync(
        GatewayOptions options, TimeProvider time, bool reportsTrouble, CancellationToken cancellationToken)
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
            const string nextStep = "Compare the settings and the clock of that replica with these.";
            var findings = ReplicaDifferences.Find(own, view)
                .Select(difference => new CheckFinding(CheckArea.Store, difference.Text, nextStep));
            return ([.. findings], view.NamesOf(own));
        }
        catch (StoreUnavailableException e)
        {
            return (reportsTrouble ? [RedisCheck.Finding(redis, e, e.Message)] : [], []);
        }
    }
}
