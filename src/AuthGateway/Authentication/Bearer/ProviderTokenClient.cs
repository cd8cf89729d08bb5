using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Pipeline;
using Duende.IdentityModel.Client;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Sends the two provider requests about an opaque token: introspection (RFC 7662) and userinfo
/// (OIDC Core §5.3).
/// </summary>
internal sealed class ProviderTokenClient(ProviderHttpClient backChannel, ProviderOptions provider)
{
    /// <summary>
    /// False for a public client: introspection requires client authentication (RFC 7662 §2.1).
    /// </summary>
    public bool CanIntrospect(OpenIdConnectConfiguration known) =>
        !string.IsNullOrEmpty(known.IntrospectionEndpoint) && provider.ClientSecrets.Current.Count > 0;

    /// <summary>Returns null when the token is not active.</summary>
    /// <exception cref="RemoteUnavailableException">The provider gave no usable
    /// response.</exception>
    public async Task<JsonElement?> IntrospectAsync(
        OpenIdConnectConfiguration known, string token, CancellationToken cancellationToken)
    {
        using var request = new TokenIntrospectionRequest
        {
            Address = known.IntrospectionEndpoint,
            Token = token,
            TokenTypeHint = "access_token",
        };
        using var response = await backChannel.Client.IntrospectTokenAsync(request, cancellationToken);
        if (response.IsError || response.Json is not { ValueKind: JsonValueKind.Object } json)
        {
            throw new RemoteUnavailableException(
                $"introspection answered {(int)response.HttpStatusCode} {response.ErrorType}");
        }

        return json.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True
            ? json.Clone()
            : null;
    }

    /// <summary>
    /// Returns the claims, or the status with which the provider refused the token.
    /// </summary>
    /// <exception cref="RemoteUnavailableException">The provider gave no usable
    /// response.</exception>
    public async Task<(JsonElement? Claims, HttpStatusCode Status)> GetUserInfoAsync(
        string address, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("application/json");
        try
        {
            using var response = await backChannel.Client.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK =>
                    (ReadObject(await response.Content.ReadAsStringAsync(cancellationToken)), HttpStatusCode.OK),
                // A status that rejects the length of the request is about this token too.
                HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.RequestUriTooLong
                    or HttpStatusCode.RequestHeaderFieldsTooLarge => (null, response.StatusCode),
                _ => throw new RemoteUnavailableException($"userinfo answered {(int)response.StatusCode}"),
            };
        }
        catch (UserInfoRefusedException e)
        {
            throw new RemoteUnavailableException(e.Message, e);
        }
    }

    private static JsonElement ReadObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new RemoteUnavailableException("userinfo is no JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RemoteUnavailableException("userinfo is no JSON", e);
        }
    }
}
