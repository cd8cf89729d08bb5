namespace AuthGateway.Tests.RefreshModel;

/// <summary>What the store takes.</summary>
internal enum StoreMood
{
    /// <summary>Everything.</summary>
    Well,

    /// <summary>Reads and deletes; its memory is full.</summary>
    Full,

    /// <summary>Reads alone.</summary>
    ReadOnly,
}
