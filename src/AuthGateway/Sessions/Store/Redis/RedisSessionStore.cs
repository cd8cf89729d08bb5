using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>The session store for several replicas: Redis or Valkey.</summary>
/// <remarks>
/// Each session is a hash with an expiry. Sorted sets index sessions by subject, sid, user and
/// nonce. A lease has a holder that fences, logout notices leave tombstones, and a channel announces
/// ended sessions. At most 10,000 calls wait; more are refused at once.
/// </remarks>
internal sealed class RedisSessionStore(
    RedisConnection connection, TimeProvider time, ILogger<RedisSessionStore> logger) : ISessionStore
{
    private const int WaitingLimit = 10_000;
    private static readonly RedisValue[] RowFields = ["sealed", "about", "expires", "used", "auth", "version"];
    private readonly string _origin = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly RedisKeys _keys = connection.Keys;
    private readonly RedisLayout _layout = new(connection.Keys, logger);
    private int _waiting;

    public Task<bool> InsertAsync(SessionRow row, CancellationToken cancellationToken)
    {
        var member = RedisKeys.Member(row.Hash);
        var subjectTombstone = _keys.EndedSubject(row.Issuer, row.Subject);
        RedisKey[] keys =
        [
            _keys.Session(member), _keys.All, subjectTombstone,
            row.ProviderSessionId is null
                ? subjectTombstone
                : _keys.EndedProviderSession(row.Issuer, row.ProviderSessionId),
        ];
        RedisValue[] values =
        [
            _keys.Root,
            member,
            row.Sealed,
            RedisSessionColumns.From(row).ToJson(),
            row.ExpiresAt.ToUnixTimeSeconds(),
            row.LastUsedAt.ToUnixTimeSeconds(),
            row.AuthenticatedAt.ToUnixTimeSeconds(),
            LifeSeconds(row.ExpiresAt),
            time.GetUtcNow().ToUnixTimeSeconds(),
            row.Issuer ?? "",
            string.Join(' ', RedisKeys.Indexes(row)),
        ];
        return RunAsync(
            async database => (bool)await database.ScriptEvaluateAsync(RedisScripts.Insert, keys, values),
            cancellationToken);
    }

    public Task<SessionRow?> FindAsync(SessionHash hash, CancellationToken cancellationToken) => RunAsync(
        async database => Read(hash, await database.HashGetAsync(Key(hash), RowFields)), cancellationToken);

    public Task<bool> DeleteAsync(SessionHash hash, CancellationToken cancellationToken) =>
        DeleteByAsync(RedisScripts.Delete, hash, [], cancellationToken);

    public Task<bool> DeleteAsync(SessionHash hash, TimeSpan idle, CancellationToken cancellationToken) =>
        DeleteByAsync(
            RedisScripts.DeleteIdle,
            hash,
            [time.GetUtcNow().ToUnixTimeSeconds(), (long)idle.TotalSeconds],
            cancellationToken);

    public async Task TouchAsync(
        IReadOnlyList<KeyValuePair<SessionHash, DateTimeOffset>> uses, CancellationToken cancellationToken)
    {
        foreach (var chunk in uses.Chunk(500))
        {
            RedisKey[] keys = [.. chunk.Select(use => (RedisKey)Key(use.Key))];
            RedisValue[] times = [.. chunk.Select(use => (RedisValue)use.Value.ToUnixTimeSeconds())];
            await RunAsync(
                database => database.ScriptEvaluateAsync(RedisScripts.Touch, keys, times), cancellationToken);
        }
    }

    public Task<RefreshLease?> LeaseRefreshAsync(
        RefreshLease asked, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken) =>
        LeaseByAsync(
            RedisLeaseScripts.Lease,
            asked,
            [(long)duration.TotalMilliseconds, asked.Version, (long)patience.TotalMilliseconds],
            cancellationToken);

    public Task<RefreshLease?> HoldAsync(
        RefreshLease lease, byte[]? payload, TimeSpan duration, CancellationToken cancellationToken)
    {
        RedisValue[] values =
        [
            (long)duration.TotalMilliseconds, _keys.Root, RedisKeys.Member(lease.Hash), _origin,
        ];
        return LeaseByAsync(
            RedisLeaseScripts.Hold, lease, payload is null ? values : [.. values, payload], cancellationToken);
    }

    public Task<bool> DeleteAsync(RefreshLease lease, CancellationToken cancellationToken) =>
        DeleteByAsync(RedisLeaseScripts.DeleteLeased, lease.Hash, [lease.Holder], cancellationToken);

    public async Task<long?> ReplaceAsync(
        RefreshLease lease, byte[] payload, CancellationToken cancellationToken) =>
        (await ReturnLeaseAsync(lease, [payload], cancellationToken))?.Version;

    public async Task<long?> ReleaseAsync(RefreshLease lease, CancellationToken cancellationToken) =>
        (await ReturnLeaseAsync(lease, [], cancellationToken))?.Version;

    public Task<LogoutOutcome> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken)
    {
        var (tombstone, index) = notice.ProviderSessionId is { } sid
            ? (_keys.EndedProviderSession(notice.Issuer, sid), RedisKeys.ByProviderSession(sid))
            : (_keys.EndedSubject(notice.Issuer, notice.Subject), RedisKeys.BySubject(notice.Subject ?? ""));
        RedisKey[] keys = [_keys.Notice(notice), tombstone, _keys.Root + index];
        RedisValue[] values =
        [
            _keys.Root, _origin, notice.Issuer, notice.IssuedAt.ToUnixTimeSeconds(), LifeSeconds(notice.RememberUntil),
        ];
        return RunAsync(
            async database =>
            {
                var ended = await database.ScriptEvaluateAsync(RedisScripts.EndByProvider, keys, values);
                return new LogoutOutcome(ended.IsNull, ended.IsNull ? [] : [.. ((string[])ended!).Select(Hash)]);
            },
            cancellationToken);
    }

    public Task<bool> TakeOnceAsync(
        string purpose, SessionHash id, string taker, TimeSpan life, CancellationToken cancellationToken) =>
        RunAsync(
            async database => (bool)await database.ScriptEvaluateAsync(
                RedisScripts.TakeOnce, [_keys.Once(purpose, id)], [taker, (long)life.TotalMilliseconds]),
            cancellationToken);

    public Task<IReadOnlyList<SessionSummary>> ListAsync(
        SessionFilter filter, int limit, CancellationToken cancellationToken) =>
        RunAsync(
            database => RedisList.ReadAsync(database, _keys, filter, limit, cancellationToken), cancellationToken);

    public Task<IReadOnlySet<SessionHash>> FindLiveAsync(
        IReadOnlyCollection<SessionHash> hashes, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlySet<SessionHash>>(
            async database =>
            {
                RedisKey[] keys = [.. hashes.Select(hash => (RedisKey)Key(hash))];
                var live = (int[])(await database.ScriptEvaluateAsync(RedisScripts.Exists, keys))!;
                return hashes.Where((_, i) => live[i] == 1).ToHashSet();
            },
            cancellationToken);

    public async IAsyncEnumerable<StoreChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var watch = await RunAsync(
            async _ => await RedisWatch.SubscribeAsync(await connection.OpenAsync(cancellationToken), _keys, _origin),
            cancellationToken);
        await foreach (var change in watch.ReadAsync(cancellationToken))
        {
            yield return change;
        }
    }

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => RunAsync(
        async database => (int)await database.ScriptEvaluateAsync(
            RedisScripts.DeleteExpired, [_keys.All], [_keys.Root, _origin, now.ToUnixTimeSeconds(), limit]),
        cancellationToken);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(_layout.CheckAsync, cancellationToken);
        }
        catch (StoreUnavailableException e) when (e.InnerException is RedisConnectionException)
        {
            throw RedisErrors.Describe(
                connection.Options, await connection.FindConnectErrorAsync(cancellationToken) ?? e.InnerException);
        }
    }

    private Task<bool> DeleteByAsync(
        string script, SessionHash hash, RedisValue[] values, CancellationToken cancellationToken) =>
        RunAsync(
            async database => (bool)await database.ScriptEvaluateAsync(
                script, [Key(hash)], [_keys.Root, RedisKeys.Member(hash), _origin, .. values]),
            cancellationToken);

    private Task<RefreshLease?> LeaseByAsync(
        string script, RefreshLease lease, RedisValue[] values, CancellationToken cancellationToken) =>
        RunAsync(
            async database =>
            {
                var version = await database.ScriptEvaluateAsync(
                    script, [Key(lease.Hash)], [lease.Holder, .. values]);
                return version.IsNull ? null : lease with { Version = (long)version };
            },
            cancellationToken);

    private Task<RefreshLease?> ReturnLeaseAsync(
        RefreshLease lease, RedisValue[] payload, CancellationToken cancellationToken) =>
        LeaseByAsync(
            RedisLeaseScripts.GiveBack,
            lease,
            [_keys.Root, RedisKeys.Member(lease.Hash), _origin, .. payload],
            cancellationToken);

    private async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > WaitingLimit)
        {
            Interlocked.Decrement(ref _waiting);
            throw new StoreUnavailableException("The session store has too much to do; try again in a moment.");
        }

        try
        {
            var multiplexer = await connection.OpenAsync(cancellationToken);
            return await work(multiplexer.GetDatabase()).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            throw RedisErrors.Describe(connection.Options, e);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private string Key(SessionHash hash) => _keys.Session(RedisKeys.Member(hash));

    private static SessionHash Hash(string member) => RedisKeys.TryParse(member, out var hash) ? hash : default;

    private long LifeSeconds(DateTimeOffset end) =>
        Math.Max(1, (long)Math.Ceiling((end - time.GetUtcNow()).TotalSeconds));

    private static SessionRow? Read(SessionHash hash, RedisValue[] values) => values[0].IsNull ? null : new SessionRow
    {
        Hash = hash,
        Sealed = (byte[])values[0]!,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(RedisSessionColumns.Parse(values[1])?.Created ?? 0),
        ExpiresAt = RedisList.Time(values[2]),
        LastUsedAt = RedisList.Time(values[3]),
        AuthenticatedAt = RedisList.Time(values[4]),
        Version = (long?)values[5] ?? 0,
    };
}
