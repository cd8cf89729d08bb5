using System.Net;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using Duende.IdentityModel.Client;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Sends the refresh request (RFC 6749 §6, OIDC Core §12.1). The HTTP client authenticates the
/// client.
/// </summary>
/// <remarks>
/// Only <c>invalid_grant</c> concerns the session itself. Dex sends <c>invalid_request</c> when the
/// same user has logged in elsewhere, and a wrong client secret is a configuration error.
/// </remarks>
internal sealed class RefreshRequest(
    ProviderOptions provider, ProviderMetadata metadata, ProviderHttpClient backChannel) : IRefreshCall
{
    private const string Unusable = "unusable_answer";

    public async Task<RefreshResponse> SendAsync(string refreshToken, CancellationToken hangUp)
    {
        if (!metadata.TryGet(out var known))
        {
            return new RefreshResponse.Error("provider_unknown");
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
            request.Options.Set(ResponseTimeoutHandler.Key, RefreshExchange.CallPatience);
            return ToResponse(await backChannel.Client.RequestRefreshTokenAsync(request, hangUp));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var reason = e is OperationCanceledException ? "timeout" : e.GetType().Name;
            return new RefreshResponse.Error(reason, MayBeSpent: true);
        }
    }

    private static RefreshResponse ToResponse(TokenResponse answer)
    {
        var code = CodeOf(answer);
        if (answer.IsError)
        {
            var isRefused = ProviderAnswers.ClassifyRefresh(answer.HttpStatusCode, code) == AnswerKind.DefiniteNo
                && code == "invalid_grant"
                && answer.HttpStatusCode != HttpStatusCode.Forbidden;
            return isRefused
                ? new RefreshResponse.Refused(answer.ErrorDescription)
                : KeepToken(
                    answer,
                    "The answer is an error and holds a refresh token.",
                    new RefreshResponse.Error(
                        ReasonOf(answer), RefreshErrors.Is(answer.HttpStatusCode, code), MayBeSpent(answer)));
        }

        // The client library reads a JSON null as an empty text.
        var type = NullIfEmpty(answer.TokenType);
        var isBearer = type is null || type.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
        if (NullIfEmpty(answer.AccessToken) is { } accessToken && isBearer)
        {
            return new RefreshResponse.Tokens(
                accessToken,
                NullIfEmpty(answer.RefreshToken),
                NullIfEmpty(answer.IdentityToken),
                TokenLifetime.Read(answer.TryGet("expires_in")),
                TokenLifetime.ReadRefresh(answer.TryGet("refresh_expires_in")));
        }

        var sentence = isBearer
            ? "The answer has no access token."
            : $"The answer's token_type is \"{LogText.Shown(type)}\", not Bearer.";
        return KeepToken(answer, sentence, new RefreshResponse.Error(Unusable, MayBeSpent: true));
    }

    /// <summary>
    /// An error of a success status as a response whose refresh token is kept, if it has one.
    /// </summary>
    private static RefreshResponse KeepToken(TokenResponse answer, string sentence, RefreshResponse.Error error) =>
        answer.HttpStatusCode == HttpStatusCode.OK && NullIfEmpty(answer.RefreshToken) is { } token
            ? new RefreshResponse.Unusable(
                new KeptRefreshToken(token, TokenLifetime.ReadRefresh(answer.TryGet("refresh_expires_in"))),
                Unusable,
                sentence)
            : error;

    /// <summary>
    /// True when the provider may have consumed the refresh token: a success status without tokens,
    /// a 408, 500, 502 or 504, or a response lost on its way. After a protocol error or a failed
    /// connection the token is still usable.
    /// </summary>
    private static bool MayBeSpent(TokenResponse answer) => answer.ErrorType switch
    {
        ResponseErrorType.Protocol or ResponseErrorType.Http => answer.HttpStatusCode
            is >= HttpStatusCode.OK and < HttpStatusCode.BadRequest
            or HttpStatusCode.RequestTimeout
            or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway
            or HttpStatusCode.GatewayTimeout,
        _ => answer.Exception is not HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError
                or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError
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
        ResponseErrorType.Protocol => Unusable,
        ResponseErrorType.Http => $"http_{(int)answer.HttpStatusCode}",
        _ => answer.Exception is TaskCanceledException or { InnerException: TimeoutException }
            ? "timeout"
            : "unreachable",
    };

    // Keycloak sends the error of a 401 in the same JSON format as other providers that of a 400.
    private static string? ErrorIn(string? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? "");
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out var error)
                    ? error.GetString()
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
