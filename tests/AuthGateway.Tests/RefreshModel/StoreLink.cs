using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>The store as one replica reaches it: slow, cut off, or with answers that get lost after the work was done.</summary>
internal sealed class StoreLink(World world, Schedule schedule, Replica replica) : ISessionStore
{
    private readonly ModelStore _store = schedule.Store;
    private readonly Guard _off = schedule.Off;

    public Task<SessionRow?> FindAsync(SessionHash hash, CancellationToken cancellationToken) => Do(StoreMood.ReadOnly, () => _store.Row);

    public Task<bool> DeleteAsync(SessionHash hash, CancellationToken cancellationToken) => Do(StoreMood.Full, () => schedule.Deleted(replica, null, () => _store.Delete(null, _off)));

    public Task<bool> DeleteAsync(SessionHash hash, TimeSpan idle, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RefreshLease?> LeaseRefreshAsync(RefreshLease asked, TimeSpan duration, TimeSpan patience, CancellationToken cancellationToken) =>
        Do(StoreMood.Well, () => schedule.Leased(replica, _store.Lease(replica, asked, duration, patience, _off)));

    public Task<RefreshLease?> HoldAsync(RefreshLease lease, byte[]? payload, TimeSpan duration, CancellationToken cancellationToken) => Do(StoreMood.Well, () =>
    {
        if (_off == Guard.Renewal)
        {
            return lease;
        }

        var held = _store.Hold(lease, _off == Guard.EarlyNote ? null : payload, duration, _off);
        schedule.Changed(replica, held is not null && payload is not null && _off != Guard.EarlyNote);
        return held;
    });

    public Task<bool> DeleteAsync(RefreshLease lease, CancellationToken cancellationToken) => Do(StoreMood.Full, () =>
        schedule.Deleted(replica, lease, () => _store.Delete(_off == Guard.EndOfWhatWasRefused ? null : lease, _off)));

    public Task<long?> ReplaceAsync(RefreshLease lease, byte[] payload, CancellationToken cancellationToken) => Do(StoreMood.Well, () =>
        schedule.Stored(replica, _store.GiveBack(lease, payload, _off), isNew: true));

    public Task<long?> ReleaseAsync(RefreshLease lease, CancellationToken cancellationToken) => Do(StoreMood.Well, () => schedule.Stored(replica, _store.GiveBack(lease, null, _off == Guard.HolderId ? _off : Guard.None), isNew: false));

    public Task TouchAsync(IReadOnlyList<KeyValuePair<SessionHash, DateTimeOffset>> uses, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> InsertAsync(SessionRow row, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<LogoutOutcome> EndByProviderAsync(LogoutNotice notice, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> TakeOnceAsync(string purpose, SessionHash id, string taker, TimeSpan life, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SessionSummary>> ListAsync(SessionFilter filter, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlySet<SessionHash>> FindLiveAsync(IReadOnlyCollection<SessionHash> hashes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<StoreChange> WatchAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> DeleteExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="worst">The worst mood in which the store does this.</param>
    /// <param name="work">What it does.</param>
    private Task<T> Do<T>(StoreMood worst, Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        world.At(Delay(), null, () =>
        {
            if (replica.IsCut)
            {
                world.At(Delay(), replica, () => done.SetException(new StoreUnavailableException("cut")));
                return;
            }

            if (_store.Mood > worst)
            {
                world.At(Delay(), replica, () => done.SetException(new StoreUnavailableException("refused") { RefusesWrites = true }));
                return;
            }

            var result = work();
            var isLost = worst == StoreMood.Well && world.Chance(schedule.Setup.Trouble * 0.04);
            world.At(isLost ? world.Between(2_000, 5_000) : Delay(), replica, () =>
            {
                if (isLost || replica.IsCut)
                {
                    done.SetException(new StoreUnavailableException("the answer was lost"));
                    return;
                }

                done.SetResult(result);
            });
        });
        return done.Task;
    }

    private long Delay() => world.Chance(0.97) ? world.Between(0, 3) : world.Between(3, 2000);
}
