using System.Text.Json.Serialization;
using AuthGateway.Access;

namespace AuthGateway.Sessions.Store;

/// <summary>
/// The sealed part of a row: everything that a copy of the store must not reveal or change. Times
/// are Unix seconds; 0 = unknown.
/// </summary>
internal sealed record SessionPayload
{
    public required Identity Identity { get; init; }
    public required long CreatedAtSeconds { get; init; }
    public required long ExpiresAtSeconds { get; init; }
    public string? ProviderSessionId { get; init; }

    /// <summary>
    /// The nonce of the login. A refreshed ID token has none or the same one (OIDC Core §12.2).
    /// </summary>
    public string? Nonce { get; init; }
    public string? IdToken { get; init; }
    public string? AccessToken { get; init; }
    public string? RefreshToken { get; init; }
    public long AccessTokenExpiresAtSeconds { get; init; }
    public long IdTokenExpiresAtSeconds { get; init; }
    public long RefreshTokenExpiresAtSeconds { get; init; }

    /// <summary>When these tokens were issued.</summary>
    public long RefreshedAtSeconds { get; init; }

    /// <summary>The first failed refresh since the last successful one; 0 = none failed.</summary>
    public long FailingSinceSeconds { get; init; }

    /// <summary>
    /// A refresh whose response was lost may have used up the refresh token. It is not sent again
    /// before this time; 0 = no response was lost.
    /// </summary>
    public long RetryAtSeconds { get; init; }

    /// <summary>
    /// True when the last refresh returned no valid ID token: none is expected, and its expiry
    /// requires no refresh.
    /// </summary>
    public bool IsIdTokenFinal { get; init; }

    /// <summary>
    /// True when the refresh token expired (<c>SESSION_REFRESH_EXPIRED=keep</c>): userinfo with the
    /// access token confirms the session.
    /// </summary>
    public bool IsKeptByAccessToken { get; init; }

    /// <summary>
    /// When the user last re-authenticated at the provider (<c>prompt=login</c>); 0 = never in this
    /// session.
    /// </summary>
    public long FreshLoginAtSeconds { get; init; }

    public override string ToString() => "***";
}

[JsonSerializable(typeof(SessionPayload))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SessionJson : JsonSerializerContext;
