namespace AuthGateway.Sessions.Store;

/// <summary>A session as the store has it.</summary>
/// <param name="Payload">Its sealed part, opened.</param>
/// <param name="Content">What that means in memory.</param>
/// <param name="Version">Of the row: a lease is taken on exactly this one.</param>
internal sealed record StoredSession(SessionPayload Payload, SessionContent Content, long Version);
