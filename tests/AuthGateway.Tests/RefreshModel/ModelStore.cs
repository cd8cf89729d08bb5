using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>The one row that all replicas share, with the rules that every store's contract test demands.</summary>
internal sealed class ModelStore(World world, SessionRow row)
{
    private long _leasedUntil;

    private long _refusedAt = -1;

    public StoreMood Mood
    {
        get;
        set
        {
            _refusedAt = world.Now;
            field = value;
        }
    }

    /// <summary>It was full or read-only at, or after, that moment (milliseconds).</summary>
    public bool RefusedWritesSince(long moment) => Mood != StoreMood.Well || _refusedAt > moment;

    public SessionRow? Row { get; private set; } = row;

    /// <summary>Whose lease is the newest.</summary>
    public Replica? Holder { get; private set; }

    public RefreshLease? Lease(Replica replica, long version, TimeSpan duration, TimeSpan patience, Guard off)
    {
        if (Row is null || (off != Guard.LeaseOnWhatWasRead && Row.Version != version))
        {
            return null;
        }

        patience = off == Guard.Patience ? TimeSpan.Zero : patience;
        if (off != Guard.OneHolder && _leasedUntil > 0 && _leasedUntil + (long)patience.TotalMilliseconds > world.Now)
        {
            return null;
        }

        Holder = replica;
        _leasedUntil = world.Now + (long)duration.TotalMilliseconds;
        Row = Row with { Version = Row.Version + 1 };
        return new RefreshLease(Row.Hash, Row.Version);
    }

    public RefreshLease? Hold(RefreshLease lease, byte[]? payload, TimeSpan duration)
    {
        if (Row is null || Row.Version != lease.Version)
        {
            return null;
        }

        _leasedUntil = world.Now + (long)duration.TotalMilliseconds;
        if (payload is not null)
        {
            Row = Row with { Version = Row.Version + 1, Sealed = payload };
        }

        return lease with { Version = Row.Version };
    }

    public bool GiveBack(RefreshLease lease, byte[]? payload, Guard off)
    {
        if (off == Guard.EndedStaysEnded && Row is null && payload is not null && Last is { } last)
        {
            Row = last;
        }
        else if (Row is null || (off != Guard.Fence && Row.Version != lease.Version))
        {
            return false;
        }

        _leasedUntil = 0;
        Row = Row with { Version = Row.Version + 1, Sealed = payload ?? Row.Sealed };
        return true;
    }

    public bool Delete(long? version = null)
    {
        if (Row is null || (version is not null && Row.Version != version))
        {
            return false;
        }

        Last = Row;
        Row = null;
        return true;
    }

    /// <summary>It comes back without what it knew.</summary>
    public void Empty()
    {
        Last = Row;
        Row = null;
    }

    private SessionRow? Last { get; set; }
}
