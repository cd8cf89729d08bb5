using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>Judges what a refresh brought, before anything of it is used.</summary>
internal interface IRefreshReader
{
    /// <param name="before">The session as it was.</param>
    /// <param name="answer">What the token endpoint sent.</param>
    Task<RefreshReading> ReadAsync(SessionPayload before, RefreshResponse.Tokens answer);

    /// <summary>The same without a refresh: userinfo is asked with the access token that the session has.</summary>
    Task<RefreshReading> ConfirmAsync(SessionPayload before);
}
