using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthGateway.Quickstart.Provider;

/// <summary>Userinfo endpoint (OIDC Core §5.3): claims as they are now, not as they were at login.</summary>
internal sealed class UserInfoEndpoint(ProviderSessions sessions, UserDirectory users)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var ticket = await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        return ticket.Principal is { } principal && sessions.IsLive(principal.GetClaim("sid")) && users.Find(principal.GetClaim(Claims.Subject)) is { } user
            ? Results.Json(TokenPrincipal.ClaimsOf(user, principal.GetScopes()))
            : Results.Challenge(null, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }
}
