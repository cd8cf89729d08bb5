namespace AuthGateway.Sessions.Connections;

/// <summary>Why the gateway closes a connection.</summary>
internal enum CloseReason { SessionEnded, ServerStops }
