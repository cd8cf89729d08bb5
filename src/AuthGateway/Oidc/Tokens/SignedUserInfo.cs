using System.Net.Http.Headers;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// A userinfo answer that is a JWT (OIDC Core §5.3.2): verified with the provider's keys like an ID token, then handed on as the JSON it holds, to every reader alike.
/// </summary>
internal sealed class SignedUserInfo(ProviderTokenHandler handler)
{
    /// <exception cref="UserInfoRefusedException">It is encrypted, not signed, or not the provider's; with the sentence.</exception>
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
        response.Content = new ByteArrayContent(Base64UrlEncoder.DecodeBytes(token.Split('.')[1])) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };
        return response;
    }
}
