using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.Sessions;

/// <summary>Somebody who can write to the store but has no secret.</summary>
internal interface IRawStore : IDisposable
{
    byte[] Sealed(SessionHash hash);

    void SetSealed(SessionHash hash, byte[] bytes);

    /// <summary>A second row under another key with everything of the first.</summary>
    void CopyRow(SessionHash from, SessionHash to);

    /// <summary>Every plain column says somebody else, and lasts ten years.</summary>
    void RewriteColumns(SessionHash hash);
}
