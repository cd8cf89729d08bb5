using System.Text.Json;
using AuthGateway.Configuration;

namespace AuthGateway.Sessions;

/// <summary>Between a row's sealed part, its payload and the session in memory.</summary>
internal sealed class SessionCodec(Sealer sealer, RefreshSchedule schedule, ForwardedIdTokens forwarded, SessionOptions options)
{
    private const string Purpose = "session";

    public byte[] Seal(SessionPayload payload, SessionId id) =>
        sealer.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(payload, SessionJson.Default.SessionPayload), id.Hash.ToArray(), id.Bits);

    /// <summary>Null when this key opens nothing here.</summary>
    public SessionPayload? Open(SessionRow row, SessionId id)
    {
        var plain = sealer.Open(Purpose, row.Sealed, row.Hash.ToArray(), id.Bits);
        return plain is null ? null : JsonSerializer.Deserialize(plain, SessionJson.Default.SessionPayload);
    }

    // Times that matter are read from the sealed part: who can write to the store prolongs nothing.
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
            UnconfirmedAfter = schedule.UnconfirmedAfter(payload),
        };
    }
}
