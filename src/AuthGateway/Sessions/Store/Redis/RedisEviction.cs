using System.Globalization;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>Detects a Redis that evicts keys when its memory is full.</summary>
/// <remarks>
/// An evicted session costs a login. An evicted index hides its sessions from a logout notice.
/// </remarks>
internal static class RedisEviction
{
    /// <summary>
    /// Describes the eviction; null when nothing is evicted, or when it is unknown (the user may
    /// lack the INFO permission).
    /// </summary>
    public static async Task<string?> FindAsync(IDatabase database)
    {
        try
        {
            // Through a script: the client library treats INFO as an administrator's command.
            var lines = ((string?)await database.ScriptEvaluateAsync("return redis.call('INFO', 'memory')") ?? "")
                .Split("\r\n");
            return Fact(lines, "maxmemory_policy") is { } policy and not "noeviction"
                && long.TryParse(
                    Fact(lines, "maxmemory"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                && limit > 0
                ? $"Redis throws keys away when its memory is full (maxmemory-policy {policy}): sessions may end early, and a logout at the provider may miss one."
                : null;
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException)
        {
            // Not permitted or not answered: the policy is unknown.
            return null;
        }
    }

    private static string? Fact(string[] lines, string name) =>
        Array.Find(lines, line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..];
}
