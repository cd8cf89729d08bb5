namespace AuthGateway.Sessions.Store;

/// <summary>What another process did to the store.</summary>
internal abstract record StoreChange
{
    private StoreChange()
    {
    }

    /// <summary>This session ended.</summary>
    internal sealed record Ended(SessionHash Hash) : StoreChange;

    /// <summary>This session has a new sealed part.</summary>
    internal sealed record Replaced(SessionHash Hash) : StoreChange;

    /// <summary>Something happened, or may have been missed.</summary>
    internal sealed record Unknown : StoreChange
    {
        public static Unknown Instance { get; } = new();
    }
}
