using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthGateway.Quickstart.Provider;

/// <summary>What a token says about a person: the claims of the granted scopes, groups always.</summary>
internal static class TokenPrincipal
{
    public static ClaimsPrincipal Create(DevUser user, string sid, DateTimeOffset authenticatedAt, ImmutableArray<string> scopes)
    {
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        foreach (var (name, value) in ClaimsOf(user, scopes))
        {
            _ = value switch
            {
                bool flag => identity.SetClaim(name, flag),
                IReadOnlyList<string> list => identity.SetClaims(name, [.. list]),
                _ => identity.SetClaim(name, (string)value),
            };
        }

        identity.SetClaim("sid", sid).SetClaim(Claims.AuthenticationTime, authenticatedAt.ToUnixTimeSeconds());
        identity.SetDestinations(claim => claim.Type is Claims.Subject or "sid"
            ? [Destinations.AccessToken, Destinations.IdentityToken]
            : [Destinations.IdentityToken]);
        var principal = new ClaimsPrincipal(identity);
        // A refresh token for everybody, as Keycloak gives one, asked for or not.
        principal.SetScopes(scopes.Append(Scopes.OfflineAccess).Distinct());
        return principal;
    }

    /// <summary>Claims by scope (OIDC Core §5.4), as they stand in the ID token and in the userinfo answer.</summary>
    public static Dictionary<string, object> ClaimsOf(DevUser user, ImmutableArray<string> scopes)
    {
        var claims = new Dictionary<string, object> { [Claims.Subject] = user.Subject, ["groups"] = user.Groups };
        if (scopes.Contains(Scopes.Profile))
        {
            claims[Claims.Name] = user.Name;
            claims[Claims.PreferredUsername] = user.UserName;
        }

        if (scopes.Contains(Scopes.Email))
        {
            claims[Claims.Email] = user.Email;
            claims[Claims.EmailVerified] = user.EmailVerified;
        }

        return claims;
    }
}
