using AuthGateway.Access;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>The result of a finished login, to be stored as a session.</summary>
internal sealed record NewSession(SessionPayload Payload, string Issuer, string? UserAgent, string? Address)
{
    /// <summary><c>iat</c> of the ID token.</summary>
    public required DateTimeOffset AuthenticatedAt { get; init; }

    /// <summary>The nonce of the ID token.</summary>
    public string? Nonce { get; init; }

    /// <summary>The browser's earlier sessions. They end once this one is stored.</summary>
    public IReadOnlyList<SessionHash> Replaces { get; init; } = [];

    /// <summary>Returns the row to store.</summary>
    public SessionRow ToRow(SessionHash hash, byte[] sealedPart, DateTimeOffset now, DateTimeOffset expires) => new()
    {
        Hash = hash,
        Sealed = sealedPart,
        CreatedAt = now,
        ExpiresAt = expires,
        LastUsedAt = now,
        AuthenticatedAt = AuthenticatedAt,
        Nonce = Nonce,
        Issuer = Issuer,
        Subject = Payload.Identity.Subject,
        ProviderSessionId = Payload.ProviderSessionId,
        UserId = Payload.Identity.UserId,
        UserAgent = UserAgent,
        Address = Address,
    };
}
