using System.Text.Json;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>Converts between a row's sealed part, its payload and the session in memory.</summary>
internal sealed class SessionCodec(
    Sealer sealer, FormerSession former, RefreshSchedule schedule, ForwardedIdTokens forwarded, SessionOptions options)
{
    private const string Purpose = "session";

    public byte[] Seal(SessionPayload payload, SessionId id) =>
        sealer.Seal(
            Purpose,
            JsonSerializer.SerializeToUtf8Bytes(payload, SessionJson.Default.SessionPayload),
            id.Hash.ToArray(),
            id.Bits);

    /// <summary>Opens a row's sealed part; null when no secret opens it.</summary>
    public SessionPayload? Open(SessionRow row, SessionId id)
    {
        var plain = sealer.Open(Purpose, row.Sealed, row.Hash.ToArray(), id.Bits);
        return plain is null
            ? OpenFormer(row, id)
            : JsonSerializer.Deserialize(plain, SessionJson.Default.SessionPayload);
    }

    /// <summary>
    /// Opens a session of an earlier release. It is accepted when its ID token names this issuer
    /// and this client.
    /// </summary>
    private SessionPayload? OpenFormer(SessionRow row, SessionId id) =>
        sealer.OpenFormer(Purpose, row.Sealed, row.Hash.ToArray(), id.Bits) is { } plain
        && JsonSerializer.Deserialize(plain, SessionJson.Default.SessionPayload) is { } payload
        && former.IsOfThisRegistration(payload)
            ? payload
            : null;

    // Times that limit the session come from the sealed part: write access to the store must not
    // extend a session.
    public Session ToSession(SessionRow row, SessionPayload payload) => new()
    {
        Hash = row.Hash,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(payload.CreatedAtSeconds),
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(payload.ExpiresAtSeconds),
        LastUsedAt = row.LastUsedAt,
        AuthenticatedAt = row.AuthenticatedAt,
        Content = ContentOf(payload, row.Version),
    };

    public SessionContent ContentOf(SessionPayload payload, long version)
    {
        var idToken = options.KeepsIdToken ? payload.IdToken : null;
        if (idToken is not null)
        {
            forwarded.Remember(idToken, payload.IdTokenExpiresAtSeconds);
        }

        return new()
        {
            Identity = payload.Identity,
            ProviderSessionId = payload.ProviderSessionId,
            IdToken = idToken,
            Version = version,
            EndsAt = schedule.EndsAt(payload),
            RefreshDueAt = schedule.DueAt(payload),
            RefreshDueAtRest = schedule.DueAtRest(payload),
            UnconfirmedAfter = schedule.UnconfirmedAfter(payload),
        };
    }
}
