using System.Text.Json;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Oidc.Login;

/// <summary>The result of one callback as collected by the handler and its events.</summary>
internal sealed class LoginResult
{
    /// <summary>The ID token as it came; it is validated before the other events.</summary>
    public string RawIdToken { get; init; } = "";

    /// <summary>The ID token with its claims; for the time after its validation.</summary>
    public IdToken IdToken => field ??= IdToken.Parse(RawIdToken);
    public string? AccessToken { get; init; }
    public string? RefreshToken { get; init; }

    /// <summary>Lifetime of the access token in seconds; 0 = unknown.</summary>
    public long ExpiresInSeconds { get; init; }

    /// <summary>
    /// Lifetime of the refresh token in seconds (Keycloak's <c>refresh_expires_in</c>); 0 =
    /// unknown.
    /// </summary>
    public long RefreshExpiresInSeconds { get; init; }
    public JsonElement? UserInfo { get; set; }

    /// <summary>True after all checks have succeeded.</summary>
    public bool IsComplete { get; set; }
    public LoginFailedException? Failure { get; init; }

    public override string ToString() => "***";
}
