using System.Globalization;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// A Redis that throws keys away when its memory is full: a lost session is a login, but a lost set hides its sessions from a logout of the provider.
/// </summary>
internal static class RedisEviction
{
    /// <summary>Null when nothing is thrown away, or when it cannot be known (INFO may be forbidden to this user).</summary>
    public static async Task<string?> FindAsync(IDatabase database)
    {
        try
        {
            // By a script: the library takes INFO for a command of administrators.
            var lines = ((string?)await database.ScriptEvaluateAsync("return redis.call('INFO', 'memory')") ?? "").Split("\r\n");
            return Fact(lines, "maxmemory_policy") is { } policy and not "noeviction"
                && long.TryParse(Fact(lines, "maxmemory"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
                ? $"Redis throws keys away when its memory is full (maxmemory-policy {policy}): sessions may end early, and a logout at the provider may miss one."
                : null;
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException)
        {
            // Not allowed or not answered: nothing is known.
            return null;
        }
    }

    private static string? Fact(string[] lines, string name) =>
        Array.Find(lines, line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..];
}
