using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Pipeline;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Client authentication (OIDC Core §9, RFC 6749 §2.3.1) for POSTs at the provider's own token, PAR, revocation and introspection endpoints:
/// basic, post or none; of several secrets the newest first, the next one after a 401.
/// </summary>
internal sealed class ClientAuthentication(ProviderOptions provider) : DelegatingHandler
{
    /// <summary>Set once the provider is known; until then nothing is authenticated.</summary>
    public ClientEndpoints? Endpoints { get; set; }

    /// <summary>Opens userinfo answers that are signed (<c>application/jwt</c>); set before anything but metadata is asked for.</summary>
    public Func<HttpResponseMessage, CancellationToken, Task<HttpResponseMessage>>? OpenSignedUserInfo { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Post || request.RequestUri is not { } address || Endpoints is not { } endpoints || !endpoints.Contains(address))
        {
            return await OpenUserInfoAsync(request, await base.SendAsync(request, cancellationToken), cancellationToken);
        }

        var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var secrets = endpoints.Method == ClientAuthMethod.None ? [] : provider.ClientSecrets.Current;
        for (var i = 0; ; i++)
        {
            Authenticate(request, form, endpoints.Method, secrets.Count > 0 ? secrets[Math.Min(i, secrets.Count - 1)] : null);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized || i + 1 >= secrets.Count)
            {
                return response;
            }

            response.Dispose();
        }
    }

    // The handler would read an application/jwt userinfo without checking its signature (OIDC Core §5.3.2).
    private async Task<HttpResponseMessage> OpenUserInfoAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken) =>
        request.RequestUri == Endpoints?.UserInfo && response.IsSuccessStatusCode
        && string.Equals(response.Content.Headers.ContentType?.MediaType, "application/jwt", StringComparison.OrdinalIgnoreCase)
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
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
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

/// <summary>Where the client authenticates, and how.</summary>
internal sealed record ClientEndpoints(ClientAuthMethod Method, IReadOnlyList<Uri> Addresses)
{
    /// <summary>Where nothing is authenticated, but answers may be signed.</summary>
    public Uri? UserInfo { get; init; }

    public bool Contains(Uri address) => Addresses.Contains(address);
}
