using System.Globalization;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Lists sessions through the narrowest index that the filter names. Without one, all sessions are
/// read in steps.
/// </summary>
internal static class RedisList
{
    private const int Step = 500;
    private static readonly RedisValue[] Fields = ["about", "expires", "used"];

    public static async Task<IReadOnlyList<SessionSummary>> ReadAsync(
        IDatabase database, RedisKeys keys, SessionFilter filter, int limit, CancellationToken cancellationToken)
    {
        var key = keys.Root + Index(filter);
        var newest = new PriorityQueue<SessionSummary, DateTimeOffset>();
        for (var start = 0L; ; start += Step)
        {
            var members = await database.SortedSetRangeByRankAsync(key, start, start + Step - 1)
                .WaitAsync(cancellationToken);
            var reads = members.Select(member => SummaryAsync(database, keys, filter, (string?)member));
            foreach (var found in await Task.WhenAll(reads))
            {
                Keep(newest, found, limit);
            }

            if (members.Length < Step)
            {
                var sessions = newest.UnorderedItems.Select(item => item.Element);
                return [.. sessions.OrderByDescending(item => item.LastUsedAt)];
            }
        }
    }

    private static void Keep(PriorityQueue<SessionSummary, DateTimeOffset> newest, SessionSummary? found, int limit)
    {
        if (found is null)
        {
            return;
        }

        newest.Enqueue(found, found.LastUsedAt);
        if (newest.Count > limit)
        {
            newest.Dequeue();
        }
    }

    private static string Index(SessionFilter filter) => filter switch
    {
        { Nonce: { } nonce } => RedisKeys.ByNonce(nonce),
        { ProviderSessionId: { } sid } => RedisKeys.ByProviderSession(sid),
        { Subject: { } subject } => RedisKeys.BySubject(subject),
        { UserId: { } user } => RedisKeys.ByUser(user),
        _ => "all",
    };

    /// <summary>Reads one session; null when it ended meanwhile or does not match.</summary>
    private static async Task<SessionSummary?> SummaryAsync(
        IDatabase database, RedisKeys keys, SessionFilter filter, string? member)
    {
        if (!RedisKeys.TryParse(member, out var hash))
        {
            return null;
        }

        var values = await database.HashGetAsync(keys.Session(member!), Fields);
        return RedisSessionColumns.Parse(values[0]) is { } about && about.Matches(filter)
            ? new SessionSummary
            {
                Hash = hash,
                CreatedAt = DateTimeOffset.FromUnixTimeSeconds(about.Created),
                ExpiresAt = Time(values[1]),
                LastUsedAt = Time(values[2]),
                Issuer = about.Issuer,
                Subject = about.Subject,
                ProviderSessionId = about.Sid,
                UserId = about.User,
                UserAgent = about.Agent,
                Address = about.Address,
            }
            : null;
    }

    /// <summary>Parses Unix seconds; the Unix epoch for anything else.</summary>
    public static DateTimeOffset Time(RedisValue value) =>
        long.TryParse((string?)value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UnixEpoch;
}
