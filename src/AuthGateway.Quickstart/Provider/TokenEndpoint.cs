using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthGateway.Quickstart.Provider;

/// <summary>Token endpoint (RFC 6749 §4.1.3, §6). A session that ended gives no more tokens; claims are read anew at each refresh.</summary>
internal sealed class TokenEndpoint(ProviderSessions sessions, UserDirectory users)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var ticket = await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        var sid = ticket.Principal?.GetClaim("sid");
        if (ticket.Principal is null || sid is null || !sessions.IsLive(sid) || users.Find(ticket.Principal.GetClaim(Claims.Subject)) is not { } user)
        {
            return Refusal.Of(Errors.InvalidGrant, "The session is over.");
        }

        var seconds = long.Parse(ticket.Principal.GetClaim(Claims.AuthenticationTime) ?? "0", CultureInfo.InvariantCulture);
        var principal = TokenPrincipal.Create(user, sid, DateTimeOffset.FromUnixTimeSeconds(seconds), ticket.Principal.GetScopes());
        return Results.SignIn(principal, authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}
