using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>The one row that all replicas share, with the rules that every store's contract test demands.</summary>
internal sealed class ModelStore(World world, SessionRow row)
{
    private long _leasedUntil;

    private string _holder = "";

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

    /// <summary>When that one was taken, milliseconds.</summary>
    public long HeldSince { get; private set; }

    /// <summary>It was not given back.</summary>
    public bool IsLeased => _leasedUntil > 0;

    public RefreshLease? Lease(Replica replica, RefreshLease asked, TimeSpan duration, TimeSpan patience, Guard off)
    {
        if (Row is not null && IsLeased && _holder == asked.Holder && off != Guard.SameAsker)
        {
            _leasedUntil = world.Now + (long)duration.TotalMilliseconds;
            return asked with { Version = Row.Version };
        }

        if (Row is null || (off != Guard.LeaseOnWhatWasRead && Row.Version != asked.Version))
        {
            return null;
        }

        patience = off == Guard.Patience ? TimeSpan.Zero : patience;
        if (off != Guard.OneHolder && IsLeased && _leasedUntil + (long)patience.TotalMilliseconds > world.Now)
        {
            return null;
        }

        Holder = replica;
        HeldSince = world.Now;
        _holder = asked.Holder;
        _leasedUntil = world.Now + (long)duration.TotalMilliseconds;
        Row = Row with { Version = Row.Version + 1 };
        return asked with { Version = Row.Version };
    }

    public RefreshLease? Hold(RefreshLease lease, byte[]? payload, TimeSpan duration, Guard off)
    {
        if (Row is null || !IsLeased || !IsHolder(lease, off))
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

    public long? GiveBack(RefreshLease lease, byte[]? payload, Guard off)
    {
        if (off == Guard.EndedStaysEnded && Row is null && payload is not null && Last is { } last)
        {
            Row = last;
        }
        else if (Row is null || (off != Guard.Fence && !IsHolder(lease, off)))
        {
            return null;
        }
        else if (!IsLeased && off != Guard.Fence)
        {
            // It was given back by this call before, whose answer was lost.
            return Row.Version;
        }

        _leasedUntil = 0;
        Row = Row with { Version = Row.Version + 1, Sealed = payload ?? Row.Sealed };
        return Row.Version;
    }

    public bool Delete(RefreshLease? lease, Guard off)
    {
        if (Row is null || (lease is not null && (!IsLeased || !IsHolder(lease, off))))
        {
            return false;
        }

        Last = Row;
        Row = null;
        return true;
    }

    private bool IsHolder(RefreshLease lease, Guard off) =>
        off == Guard.HolderId ? Row!.Version == lease.Version : _holder == lease.Holder;

    /// <summary>It comes back without what it knew.</summary>
    public void Empty()
    {
        Last = Row;
        Row = null;
    }

    private SessionRow? Last { get; set; }
}
