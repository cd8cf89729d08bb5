namespace AuthGateway.Oidc.Refresh;

/// <summary>Sends a refresh token to the provider, exactly once and without retries.</summary>
internal interface IRefreshCall
{
    /// <param name="refreshToken">The refresh token. The call may consume it.</param>
    /// <param name="hangUp">Abandons the call.</param>
    /// <returns>The response, or the reason why there is none. Never throws.</returns>
    Task<RefreshResponse> SendAsync(string refreshToken, CancellationToken hangUp);
}
