namespace AuthGateway.Tests.RefreshModel;

/// <summary>A guard of the refresh that is switched off, to see that the model misses it.</summary>
public enum Guard
{
    /// <summary>All are on.</summary>
    None,

    /// <summary>The store gives a lease although another process holds it.</summary>
    OneHolder,

    /// <summary>An expired lease that was not given back is free at once.</summary>
    Patience,

    /// <summary>A lease is taken on whatever is stored now, not on what was read.</summary>
    LeaseOnWhatWasRead,

    /// <summary>A lease is not renewed while the provider is asked.</summary>
    Renewal,

    /// <summary>Who lost the lease may still write.</summary>
    Fence,

    /// <summary>A refusal deletes the session whatever has been stored since.</summary>
    EndOfWhatWasRefused,

    /// <summary>A holder is known by the version that it wrote last, not by its id.</summary>
    HolderId,

    /// <summary>Who asks again for a lease whose answer was lost is refused like another.</summary>
    SameAsker,

    /// <summary>A session that ended during its refresh is written again.</summary>
    EndedStaysEnded,

    /// <summary>A call whose answer was lost is repeated like one that never arrived.</summary>
    LostAnswer,

    /// <summary>A call is given up after 10 s.</summary>
    LongCall,

    /// <summary>That the provider does not answer is noted only when the call is over.</summary>
    EarlyNote,

    /// <summary>A gateway that is told to end goes on beginning refreshes.</summary>
    LastRefresh,

    /// <summary>It ends without waiting for those under way.</summary>
    FinishBeforeTheEnd,

    /// <summary>However long the store is silent, what is in memory counts.</summary>
    SilenceBound,

    /// <summary>Without the store, a session that changed elsewhere counts no more.</summary>
    MemoryCounts,
}
