using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Revokes tokens at the provider that are no longer used (RFC 7009).</summary>
internal interface ITokenRevoker
{
    /// <summary>Starts the revocation in the background. Never waits and never fails.</summary>
    void Revoke(SessionPayload? payload);
}
