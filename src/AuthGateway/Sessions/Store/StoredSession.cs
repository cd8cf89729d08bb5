namespace AuthGateway.Sessions.Store;

/// <summary>A session as read from the store.</summary>
/// <param name="Payload">Its opened sealed part.</param>
/// <param name="Content">The payload's content in memory.</param>
/// <param name="Version">Version of the row. A lease is taken on exactly this version.</param>
internal sealed record StoredSession(SessionPayload Payload, SessionContent Content, long Version);
