using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;
using StackExchange.Redis;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks whether Redis answers, accepts writes and does not evict sessions. Changes nothing: its
/// test key is deleted.
/// </summary>
internal static class RedisCheck
{
    public static async Task<IReadOnlyList<CheckFinding>> LookAsync(
        RedisOptions redis, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = new RedisConnection(redis, time, Connector.System);
        try
        {
            var multiplexer = await connection.OpenAsync(cancellationToken);
            var database = multiplexer.GetDatabase();
            var layout = RedisLayout.FindProblemAsync(database, connection.Keys);
            if (await layout.WaitAsync(cancellationToken) is { } problem)
            {
                return [new(CheckArea.Store, problem, "Run the release that wrote them, or set another prefix.")];
            }

            await WriteAsync(database, connection.Keys).WaitAsync(cancellationToken);
            return await RedisEviction.FindAsync(database) is { } remark
                ? [new(CheckArea.Store, remark, "Set maxmemory-policy noeviction and give Redis memory enough.")]
                : [];
        }
        catch (Exception e) when (e is RedisException or TimeoutException or StoreUnavailableException)
        {
            return [Finding(redis, e, RedisErrors.Describe(connection.Options, e).Message)];
        }
    }

    /// <summary>
    /// Writes as much as a session needs, by a script as for a session; a full Redis still answers
    /// reads.
    /// </summary>
    private static Task<RedisResult> WriteAsync(IDatabase database, RedisKeys keys) => database.ScriptEvaluateAsync(
        RedisScripts.TryWrite, [$"{keys.Root}check:{Guid.NewGuid():N}"], [new byte[8192]]);

    /// <summary>What <see cref="RedisErrors"/> describes, with the settings that mend it.</summary>
    public static CheckFinding Finding(RedisOptions redis, Exception trouble, string problem) => new(
        CheckArea.Store,
        problem,
        RedisErrors.IsNoPermission(trouble)
            ? "Give the Redis user of SESSION_STORE_REDIS the rights "
                + $"~{redis.Prefix}* &{redis.Prefix}* +@all -@dangerous, or name another user."
            : "Start Redis, or correct SESSION_STORE_REDIS_ADDR, _PWD and _DB (or SESSION_STORE_REDIS).");
}
