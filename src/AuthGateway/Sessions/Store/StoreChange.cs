namespace AuthGateway.Sessions.Store;

/// <summary>A change that another process made to the store.</summary>
internal abstract record StoreChange
{
    private StoreChange()
    {
    }

    /// <summary>This session ended.</summary>
    internal sealed record Ended(SessionHash Hash) : StoreChange;

    /// <summary>This session has a new sealed part.</summary>
    internal sealed record Replaced(SessionHash Hash) : StoreChange;

    /// <summary>A change that is not known exactly, or may have been missed.</summary>
    internal sealed record Unknown : StoreChange
    {
        public static Unknown Instance { get; } = new();
    }
}
