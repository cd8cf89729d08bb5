using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthGateway.Oidc.Provider.Metadata;

/// <summary>The result of one fetch of the provider's metadata and key set.</summary>
/// <param name="Configuration">The configuration that the gateway uses.</param>
/// <param name="AnnouncesIssuerParameter">
/// True when the provider sends <c>iss</c> in authorization responses (RFC 9207 §3).
/// </param>
/// <param name="Note">The entries that were omitted; null when there are none.</param>
internal sealed record FetchedMetadata(
    OpenIdConnectConfiguration Configuration, bool AnnouncesIssuerParameter, string? Note = null)
{
    /// <summary>
    /// The issuer of access tokens where it differs from the provider's issuer (AD FS); null
    /// otherwise.
    /// </summary>
    public string? AccessTokenIssuer { get; init; }
}
