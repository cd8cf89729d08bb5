using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>Announces this replica in Redis and reads the others.</summary>
/// <remarks>
/// Replicas with the same prefix share a hash with one field each. A second hash is shared by all
/// prefixes, so that a replica with another prefix is found; an ACL may forbid it. A field is valid
/// for 30 s after its last announcement, by the clock of Redis.
/// </remarks>
internal sealed class RedisReplicas(RedisConnection connection, TimeProvider time)
{
    /// <summary>
    /// Shared by all prefixes. It is below the default prefix, so that an ACL for that covers it.
    /// </summary>
    public const string SharedKey = "authgateway:replicas";

    private const int CountsForSeconds = 30;

    /// <summary>
    /// KEYS hash; ARGV id, facts or an empty string, seconds. Returns seconds and microseconds of
    /// the server's clock, then facts.
    /// </summary>
    private const string Script = """
        local time = redis.call('TIME')
        local now = tonumber(time[1])
        if ARGV[2] ~= '' then
          redis.call('HSET', KEYS[1], ARGV[1], time[1] .. ' ' .. ARGV[2])
          redis.call('EXPIRE', KEYS[1], 120)
        end
        local found = { time[1], time[2] }
        local all = redis.call('HGETALL', KEYS[1])
        for i = 1, #all, 2 do
          local at, facts = string.match(all[i + 1], '^(%d+) (.*)$')
          if at and now - tonumber(at) <= tonumber(ARGV[3]) then
            found[#found + 1] = facts
          elseif ARGV[2] ~= '' then
            redis.call('HDEL', KEYS[1], all[i])
          end
        end
        return found
        """;

    /// <summary>Announces this replica and reads the others.</summary>
    /// <remarks>With <paramref name="own"/> null (the command line) it only reads.</remarks>
    /// <exception cref="StoreUnavailableException">
    /// Redis does not answer, or refuses writes.
    /// </exception>
    public async Task<ReplicaView> LookAsync(ReplicaFacts? own, CancellationToken cancellationToken)
    {
        try
        {
            var database = (await connection.OpenAsync(cancellationToken)).GetDatabase();
            var text = own is null ? "" : JsonSerializer.Serialize(own, ReplicaJson.Default.ReplicaFacts);
            var began = time.GetUtcNow();
            var found = await RunAsync(database, Key, own?.Id, text).WaitAsync(cancellationToken);
            var ended = time.GetUtcNow();
            var doubt = (ended - began) / 2;
            var others = Facts(found).Concat(await SharedAsync(database, own?.Id, text, cancellationToken))
                .Where(one => one.Id != own?.Id)
                .DistinctBy(one => one.Id)
                .OrderBy(one => one.Name, StringComparer.Ordinal);
            return new ReplicaView([.. others], began + doubt - ServerTime(found), doubt);
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            throw RedisErrors.Describe(connection.Options, e);
        }
    }

    /// <summary>Removes this replica, so that the others need not wait for its expiry.</summary>
    public async Task LeaveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var database = (await connection.OpenAsync(cancellationToken)).GetDatabase();
            await Task.WhenAll(database.HashDeleteAsync(Key, id), database.HashDeleteAsync(SharedKey, id))
                .WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            // Its announcement expires after 30 s.
        }
    }

    private string Key => connection.Keys.Root + "replicas";

    private static async Task<RedisResult[]> RunAsync(IDatabase database, string key, string? id, string text) =>
        (RedisResult[])(await database.ScriptEvaluateAsync(Script, [key], [id ?? "", text, CountsForSeconds]))!;

    private static async Task<IReadOnlyList<ReplicaFacts>> SharedAsync(
        IDatabase database, string? id, string text, CancellationToken cancellationToken)
    {
        try
        {
            return Facts(await RunAsync(database, SharedKey, id, text).WaitAsync(cancellationToken));
        }
        catch (RedisServerException)
        {
            // Not permitted: replicas with another prefix are not found.
            return [];
        }
    }

    private static DateTimeOffset ServerTime(RedisResult[] found) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse((string)found[0]!, CultureInfo.InvariantCulture))
            .AddTicks(10 * long.Parse((string)found[1]!, CultureInfo.InvariantCulture));

    private static List<ReplicaFacts> Facts(RedisResult[] found)
    {
        var facts = new List<ReplicaFacts>();
        foreach (var text in found.Skip(2))
        {
            try
            {
                if (JsonSerializer.Deserialize((string)text!, ReplicaJson.Default.ReplicaFacts) is { } one)
                {
                    facts.Add(one);
                }
            }
            catch (JsonException)
            {
                // Facts of another release in another format.
            }
        }

        return facts;
    }
}
