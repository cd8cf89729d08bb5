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
    /// <exception cref="StoreUnavailableException">A newer release wrote the sessions.</exception>
    public async Task<bool> CheckAsync(IDatabase database)
    {
        await LogEvictionAsync(database);
        var found = (int?)await database.StringGetAsync(keys.Layout) ?? Version;
        return found <= Version
            ? await MarkAsync(database)
            : throw new StoreUnavailableException(
                $"SESSION_STORE_REDIS_PREFIX: the sessions in Redis were written by a newer release (layout {found}, this one knows {Version}); run that release or choose another prefix.");
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
