using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Pipeline;

namespace AuthGateway.Oidc.Provider;

/// <summary>The endpoints at which the client authenticates, and the method.</summary>
internal sealed record ClientEndpoints(ClientAuthMethod Method, IReadOnlyList<Uri> Addresses)
{
    /// <summary>
    /// The userinfo endpoint. No client authentication takes place there, but responses may be
    /// signed.
    /// </summary>
    public Uri? UserInfo { get; init; }

    public bool Contains(Uri address) => Addresses.Contains(address);
}
