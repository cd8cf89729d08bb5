using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Pipeline;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Authenticates the client (OIDC Core §9, RFC 6749 §2.3.1) in POST requests to the provider's
/// token, PAR, revocation and introspection endpoints: <c>client_secret_basic</c>,
/// <c>client_secret_post</c> or none. With several secrets the newest is tried first, the next one
/// after a 401.
/// </summary>
internal sealed class ClientAuthentication(ProviderOptions provider) : DelegatingHandler
{
    /// <summary>
    /// The endpoints that require authentication. Null until the metadata is known; no request is
    /// authenticated until then.
    /// </summary>
    public ClientEndpoints? Endpoints { get; set; }

    /// <summary>
    /// Verifies signed userinfo responses (<c>application/jwt</c>). Set before any request other
    /// than those for metadata.
    /// </summary>
    public Func<HttpResponseMessage, CancellationToken, Task<HttpResponseMessage>>? OpenSignedUserInfo { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Post
            || request.RequestUri is not { } address
            || Endpoints is not { } endpoints
            || !endpoints.Contains(address))
        {
            var answer = await base.SendAsync(request, cancellationToken);
            return await OpenUserInfoAsync(request, answer, cancellationToken);
        }

        var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var secrets = endpoints.Method == ClientAuthMethod.None ? [] : provider.ClientSecrets.Current;
        for (var i = 0; ; i++)
        {
            var secret = secrets.Count > 0 ? secrets[Math.Min(i, secrets.Count - 1)] : null;
            Authenticate(request, form, endpoints.Method, secret);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized || i + 1 >= secrets.Count)
            {
                return response;
            }

            response.Dispose();
        }
    }

    // The OpenID Connect handler reads an application/jwt userinfo response without checking its
    // signature (OIDC Core §5.3.2).
    private async Task<HttpResponseMessage> OpenUserInfoAsync(
        HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken) =>
        request.RequestUri == Endpoints?.UserInfo && response.IsSuccessStatusCode
        && string.Equals(
            response.Content.Headers.ContentType?.MediaType, "application/jwt", StringComparison.OrdinalIgnoreCase)
            ? await OpenSignedUserInfo!(response, cancellationToken)
            : response;

    private void Authenticate(HttpRequestMessage request, string form, ClientAuthMethod method, string? secret)
    {
        var body = form;
        request.Headers.Authorization = null;
        if (method == ClientAuthMethod.ClientSecretBasic && secret is not null)
        {
            // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
            var pair = WebUtility.UrlEncode(provider.ClientId) + ":" + WebUtility.UrlEncode(secret);
            var credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes(pair));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }
        else
        {
            if (!form.Contains("client_id=", StringComparison.Ordinal))
            {
                body = Append(body, "client_id", provider.ClientId);
            }

            body = secret is null ? body : Append(body, "client_secret", secret);
        }

        request.Content = new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded");
    }

    private static string Append(string form, string name, string value) =>
        (form.Length > 0 ? form + "&" : "") + name + "=" + Uri.EscapeDataString(value);
}
