using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Checks the sessions' layout version in Redis, that Redis accepts writes, and its eviction
/// policy.
/// </summary>
internal sealed class RedisLayout(RedisKeys keys, ILogger logger)
{
    private const int Version = 1;
    private string? _remark;

    /// <returns>True when Redis accepts writes.</returns>
    /// <exception cref="StoreUnavailableException">
    /// A newer release or another application wrote them.
    /// </exception>
    public async Task<bool> CheckAsync(IDatabase database)
    {
        await LogEvictionAsync(database);
        return await FindProblemAsync(database, keys) is { } problem
            ? throw new StoreUnavailableException(problem)
            : await MarkAsync(database);
    }

    /// <summary>Reads the layout's mark; null when this release can use the sessions.</summary>
    public static async Task<string?> FindProblemAsync(IDatabase database, RedisKeys keys)
    {
        var mark = await database.StringGetAsync(keys.Layout);
        if (mark.IsNull)
        {
            return null;
        }

        if (!mark.TryParse(out long found))
        {
            return $"SESSION_STORE_REDIS_PREFIX: the key {keys.Layout} in Redis holds no layout number, so what wrote it is not known; delete it if it is no other application's, or choose another prefix.";
        }

        return found <= Version
            ? null
            : $"SESSION_STORE_REDIS_PREFIX: the sessions in Redis were written by a newer release (layout {found}, this one knows {Version}); run that release or choose another prefix.";
    }

    /// <summary>
    /// Writes the layout's mark by a script, as a session is written: shows whether Redis accepts
    /// writes and lets this user run scripts. An existing mark keeps its value.
    /// </summary>
    private async Task<bool> MarkAsync(IDatabase database) => (bool)await database.ScriptEvaluateAsync(
        RedisScripts.Mark, [keys.Layout], [Version, (long)TimeSpan.FromDays(90).TotalSeconds]);

    /// <summary>Logs each eviction policy once.</summary>
    private async Task LogEvictionAsync(IDatabase database)
    {
        var remark = await RedisEviction.FindAsync(database);
        if (remark is not null && remark != _remark)
        {
            logger.LogWarning("{Remark}", remark);
        }

        _remark = remark ?? _remark;
    }
}
