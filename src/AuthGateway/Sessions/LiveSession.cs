namespace AuthGateway.Sessions;

/// <summary>A live session with its key.</summary>
internal sealed record LiveSession(SessionId Id, Session Session);
