using System.Net;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using Duende.IdentityModel.Client;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// The refresh request (RFC 6749 §6, OIDC Core §12.1) through the back channel, which authenticates the client. Only <c>invalid_grant</c> is an answer about
/// the session; Dex says <c>invalid_request</c> when the same person logged in elsewhere, and a wrong secret is the operator's matter.
/// </summary>
internal sealed class RefreshRequest(ProviderOptions provider, ProviderMetadata metadata, ProviderHttpClient backChannel) : IRefreshCall
{
    public async Task<RefreshResponse> SendAsync(string refreshToken, CancellationToken hangUp)
    {
        if (!metadata.TryGet(out var known))
        {
            return new RefreshResponse.Trouble("provider_unknown");
        }

        try
        {
            using var request = new RefreshTokenRequest
            {
                Address = known.TokenEndpoint,
                ClientId = provider.ClientId,
                ClientCredentialStyle = ClientCredentialStyle.PostBody,
                RefreshToken = refreshToken,
            };
            request.Options.Set(AnswerLimit.Key, TokenRefresher.CallPatience);
            return Judge(await backChannel.Client.RequestRefreshTokenAsync(request, hangUp));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new RefreshResponse.Trouble(e is OperationCanceledException ? "timeout" : e.GetType().Name, MayBeSpent: true);
        }
    }

    private static RefreshResponse Judge(TokenResponse answer)
    {
        var code = CodeOf(answer);
        if (answer.IsError)
        {
            return ProviderAnswers.OfRefresh(answer.HttpStatusCode, code) == AnswerKind.DefiniteNo && code == "invalid_grant"
                && answer.HttpStatusCode != HttpStatusCode.Forbidden
                ? new RefreshResponse.Refused(answer.ErrorDescription)
                : new RefreshResponse.Trouble(ReasonOf(answer), RefreshErrors.Is(answer.HttpStatusCode, code), MayBeSpent(answer));
        }

        return string.IsNullOrEmpty(answer.AccessToken) || (answer.TokenType is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            ? new RefreshResponse.Trouble("unusable_answer", MayBeSpent: true)
            : new RefreshResponse.Tokens(
                answer.AccessToken, NullIfEmpty(answer.RefreshToken), NullIfEmpty(answer.IdentityToken), TokenLifetime.Read(answer.TryGet("expires_in")), TokenLifetime.ReadRefresh(answer.TryGet("refresh_expires_in")));
    }

    /// <summary>
    /// An error of the protocol, or no connection at all: the token is as good as before. A good status without tokens, a gateway's 500, 502 or 504, and an
    /// answer that was lost on its way may mean that the provider has used it up.
    /// </summary>
    private static bool MayBeSpent(TokenResponse answer) => answer.ErrorType switch
    {
        ResponseErrorType.Protocol or ResponseErrorType.Http => answer.HttpStatusCode is >= HttpStatusCode.OK and < HttpStatusCode.BadRequest
            or HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout,
        _ => answer.Exception is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError,
        },
    };

    private static string? CodeOf(TokenResponse answer) => answer.ErrorType switch
    {
        ResponseErrorType.Protocol => answer.Error,
        ResponseErrorType.Http => ErrorIn(answer.Raw),
        _ => null,
    };

    private static string ReasonOf(TokenResponse answer) => CodeOf(answer) ?? answer.ErrorType switch
    {
        ResponseErrorType.Protocol => "unusable_answer",
        ResponseErrorType.Http => $"http_{(int)answer.HttpStatusCode}",
        _ => answer.Exception is TaskCanceledException or { InnerException: TimeoutException } ? "timeout" : "unreachable",
    };

    // Keycloak explains a 401 as other providers explain a 400.
    private static string? ErrorIn(string? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? "");
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error) ? error.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
