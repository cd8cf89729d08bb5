namespace AuthGateway.Sessions;

internal sealed record LiveSession(SessionId Id, Session Session);
