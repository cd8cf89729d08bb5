namespace AuthGateway.Sessions.Store;

/// <summary>The result of a logout notice.</summary>
/// <param name="IsReplay">The notice's id was received before; nothing changed.</param>
/// <param name="Ended">The sessions that ended.</param>
internal sealed record LogoutOutcome(bool IsReplay, IReadOnlyList<SessionHash> Ended);
