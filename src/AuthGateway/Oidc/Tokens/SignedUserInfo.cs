using System.Net.Http.Headers;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Verifies a userinfo response that is a JWT (OIDC Core §5.3.2) with the provider's keys, like an
/// ID token, and replaces it by the JSON it contains.
/// </summary>
internal sealed class SignedUserInfo(ProviderTokenHandler handler)
{
    /// <exception cref="UserInfoRefusedException">
    /// The response is encrypted, unsigned, or not signed by the provider.
    /// </exception>
    public async Task<HttpResponseMessage> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var token = (await response.Content.ReadAsStringAsync(cancellationToken)).Trim();
        var result = await handler.ValidateSignedAsync(token, new TokenValidationParameters());
        if (!result.IsValid)
        {
            var sentence = result.Exception?.Message ?? "The userinfo answer could not be validated.";
            response.Dispose();
            throw new UserInfoRefusedException(sentence);
        }

        response.Content.Dispose();
        response.Content = new ByteArrayContent(Base64UrlEncoder.DecodeBytes(token.Split('.')[1]))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
        };
        return response;
    }
}
