using System.Text.Json.Serialization;
using AuthGateway.Access;

namespace AuthGateway.Sessions.Store;

/// <summary>What is sealed in a row: everything that must not be read from, or written into, a copy of the store. Times are Unix seconds; 0 = not told.</summary>
internal sealed record SessionPayload
{
    public required Identity Identity { get; init; }
    public required long CreatedAtSeconds { get; init; }
    public required long ExpiresAtSeconds { get; init; }
    public string? ProviderSessionId { get; init; }

    /// <summary>The nonce of the login: a refreshed ID token has none or this one (OIDC Core §12.2).</summary>
    public string? Nonce { get; init; }
    public string? IdToken { get; init; }
    public string? AccessToken { get; init; }
    public string? RefreshToken { get; init; }
    public long AccessTokenExpiresAtSeconds { get; init; }
    public long IdTokenExpiresAtSeconds { get; init; }
    public long RefreshTokenExpiresAtSeconds { get; init; }

    /// <summary>When these tokens came.</summary>
    public long RefreshedAtSeconds { get; init; }

    /// <summary>The first of the failed refreshes since the last good one; 0 = none failed.</summary>
    public long FailingSinceSeconds { get; init; }

    /// <summary>
    /// The refresh token may have been used up by a call whose answer never came: it is not sent again before this time; 0 = it was not.
    /// </summary>
    public long RetryAtSeconds { get; init; }

    /// <summary>The last refresh brought no ID token that lives: none will come, and its end asks for no refresh.</summary>
    public bool IsIdTokenFinal { get; init; }

    /// <summary>The refresh token ran out (<c>SESSION_REFRESH_EXPIRED=keep</c>): the access token alone keeps the session, and userinfo confirms it.</summary>
    public bool IsKeptByAccessToken { get; init; }

    /// <summary>When the person proved at the provider, on our demand, that it is them (<c>prompt=login</c>); 0 = never in this session.</summary>
    public long FreshLoginAtSeconds { get; init; }

    public override string ToString() => "***";
}

[JsonSerializable(typeof(SessionPayload))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SessionJson : JsonSerializerContext;
