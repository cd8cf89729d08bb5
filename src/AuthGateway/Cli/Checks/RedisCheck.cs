using AuthGateway.Configuration;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Redis;
using StackExchange.Redis;

namespace AuthGateway.Cli.Checks;

/// <summary>Whether Redis answers and may keep sessions. Changes nothing.</summary>
internal static class RedisCheck
{
    public static async Task<IReadOnlyList<CheckFinding>> LookAsync(RedisOptions redis, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = new RedisConnection(redis, time);
        try
        {
            var multiplexer = await connection.OpenAsync(cancellationToken);
            var database = multiplexer.GetDatabase();
            await database.KeyExistsAsync(connection.Keys.Layout).WaitAsync(cancellationToken);
            return await RedisEviction.FindAsync(database) is { } remark
                ? [new(CheckArea.Store, remark, "Set maxmemory-policy noeviction and give Redis memory enough.")]
                : [];
        }
        catch (Exception e) when (e is RedisException or TimeoutException or StoreUnavailableException)
        {
            return [new(CheckArea.Store, RedisTrouble.Describe(connection.Options, e).Message, "Start Redis, or correct SESSION_STORE_REDIS_ADDR, _PWD and _DB (or SESSION_STORE_REDIS).")];
        }
    }
}
