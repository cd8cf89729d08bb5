using Microsoft.AspNetCore.Authentication;
using OpenIddict.Server.AspNetCore;

namespace AuthGateway.Quickstart.Provider;

/// <summary>A protocol error as OpenIddict writes it.</summary>
internal static class Refusal
{
    public static IResult Of(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
}
