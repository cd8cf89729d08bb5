using System.Text.Json;

namespace AuthGateway.Oidc.Login;

/// <summary>What the handler and its events collected of one callback.</summary>
internal sealed class LoginResult
{
    public string IdToken { get; init; } = "";
    public string? AccessToken { get; init; }
    public string? RefreshToken { get; init; }

    /// <summary>Life of the access token; 0 = not told or not believable.</summary>
    public long ExpiresInSeconds { get; init; }

    /// <summary>Life of the refresh token where the provider tells it (Keycloak's <c>refresh_expires_in</c>); 0 = not told.</summary>
    public long RefreshExpiresInSeconds { get; init; }
    public JsonElement? UserInfo { get; set; }

    /// <summary>True once every check has passed.</summary>
    public bool IsComplete { get; set; }
    public LoginFailedException? Failure { get; init; }

    public override string ToString() => "***";
}
