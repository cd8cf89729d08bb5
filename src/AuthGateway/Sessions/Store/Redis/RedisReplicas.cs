using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Where replicas find each other: a hash below the prefix with a field for each, and one that all prefixes share (best effort: an ACL may forbid it),
/// which tells a replica with another prefix. A field counts for 30 s after its last announcement, by the clock of Redis.
/// </summary>
internal sealed class RedisReplicas(RedisConnection connection, TimeProvider time)
{
    /// <summary>Shared by all prefixes; below the default one, so that its ACL covers it.</summary>
    public const string SharedKey = "authgateway:replicas";

    private const int CountsForSeconds = 30;

    /// <summary>KEYS hash; ARGV id, facts or nothing, seconds. Seconds and microseconds of the server, then facts.</summary>
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

    /// <summary>Tells the others of this one (of nothing when <paramref name="own"/> is null: the command line only looks) and reads what they told.</summary>
    /// <exception cref="StoreUnavailableException">Redis does not answer, or takes no writes.</exception>
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
                .Where(one => one.Id != own?.Id).DistinctBy(one => one.Id).OrderBy(one => one.Name, StringComparer.Ordinal);
            return new ReplicaView([.. others], began + doubt - ServerTime(found), doubt);
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            throw RedisErrors.Describe(connection.Options, e);
        }
    }

    /// <summary>This one ends: the others need not wait for its time to run out.</summary>
    public async Task LeaveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var database = (await connection.OpenAsync(cancellationToken)).GetDatabase();
            await Task.WhenAll(database.HashDeleteAsync(Key, id), database.HashDeleteAsync(SharedKey, id)).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            // It counts for 30 s more.
        }
    }

    private string Key => connection.Keys.Root + "replicas";

    private static async Task<RedisResult[]> RunAsync(IDatabase database, string key, string? id, string text) =>
        (RedisResult[])(await database.ScriptEvaluateAsync(Script, [key], [id ?? "", text, CountsForSeconds]))!;

    private static async Task<IReadOnlyList<ReplicaFacts>> SharedAsync(IDatabase database, string? id, string text, CancellationToken cancellationToken)
    {
        try
        {
            return Facts(await RunAsync(database, SharedKey, id, text).WaitAsync(cancellationToken));
        }
        catch (RedisServerException)
        {
            // Forbidden to this user: replicas with another prefix are not seen then.
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
                // Of a release that tells other things.
            }
        }

        return facts;
    }
}
