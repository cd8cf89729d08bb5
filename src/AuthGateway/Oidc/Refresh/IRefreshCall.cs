namespace AuthGateway.Oidc.Refresh;

/// <summary>Sends a refresh token to the provider: once, whatever becomes of it.</summary>
internal interface IRefreshCall
{
    /// <param name="refreshToken">It may be used up by this call.</param>
    /// <param name="hangUp">Nothing is waited for any more.</param>
    /// <returns>The answer, or why there is none; it never throws.</returns>
    Task<RefreshResponse> SendAsync(string refreshToken, CancellationToken hangUp);
}
