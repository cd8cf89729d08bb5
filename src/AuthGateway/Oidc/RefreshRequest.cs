using System.Net;
using System.Text.Json;
using AuthGateway.Configuration;
using Duende.IdentityModel.Client;

namespace AuthGateway.Oidc;

/// <summary>
/// The refresh request (RFC 6749 §6, OIDC Core §12.1) through the back channel, which authenticates the client. Only <c>invalid_grant</c> is an answer about
/// the session; Dex says <c>invalid_request</c> when the same person logged in elsewhere, and a wrong secret is the operator's matter.
/// </summary>
internal sealed class RefreshRequest(ProviderOptions provider, ProviderMetadata metadata, BackChannel backChannel)
{
    public async Task<RefreshAnswer> SendAsync(string refreshToken)
    {
        if (!metadata.TryGet(out var known))
        {
            return new RefreshAnswer.Trouble("provider_unknown");
        }

        using var request = new RefreshTokenRequest
        {
            Address = known.TokenEndpoint,
            ClientId = provider.ClientId,
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            RefreshToken = refreshToken,
        };
        var answer = await backChannel.Client.RequestRefreshTokenAsync(request, CancellationToken.None);
        if (answer.IsError)
        {
            // RFC 6749 §5.2 says 400; some say 401. Any other status is no answer of the token endpoint's.
            return answer.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized && CodeOf(answer) == "invalid_grant"
                ? new RefreshAnswer.Refused(answer.ErrorDescription)
                : new RefreshAnswer.Trouble(ReasonOf(answer), FinalRefusal.Is(answer.HttpStatusCode, CodeOf(answer)));
        }

        return string.IsNullOrEmpty(answer.AccessToken) || (answer.TokenType is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            ? new RefreshAnswer.Trouble("unusable_answer")
            : new RefreshAnswer.Tokens(
                answer.AccessToken, NullIfEmpty(answer.RefreshToken), NullIfEmpty(answer.IdentityToken), TokenLife.Read(answer.TryGet("expires_in")), TokenLife.ReadRefresh(answer.TryGet("refresh_expires_in")));
    }

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
        _ => answer.Exception is TaskCanceledException ? "timeout" : "unreachable",
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
