using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>Validates the result of a refresh before any of it is used.</summary>
internal interface IRefreshReader
{
    /// <param name="before">The session before the refresh.</param>
    /// <param name="answer">The response of the token endpoint.</param>
    Task<RefreshReading> ReadAsync(SessionPayload before, RefreshResponse.Tokens answer);

    /// <summary>
    /// Validates the session without a refresh: requests userinfo with its current access token.
    /// </summary>
    Task<RefreshReading> ConfirmAsync(SessionPayload before);
}
