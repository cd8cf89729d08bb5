using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Gives tokens back to the provider that nobody uses any more.</summary>
internal interface ITokenRevoker
{
    /// <summary>Begins it; never waits, never fails.</summary>
    void Revoke(SessionPayload? payload);
}
