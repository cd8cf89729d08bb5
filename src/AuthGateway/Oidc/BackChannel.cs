using System.Net;
using AuthGateway.Configuration;

namespace AuthGateway.Oidc;

/// <summary>
/// The one HTTP client to the provider: no redirects (a 307 would carry the secret elsewhere), no cookies, 1 MiB, 10 s in all,
/// <c>CA_BUNDLE</c> beside the system roots, the environment's proxy; no JSON that two readers could read differently.
/// </summary>
internal sealed class BackChannel : IDisposable
{
    /// <summary>Largest answer of the provider, bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public BackChannel(ProviderOptions provider, ClientAuthentication authentication)
    {
        authentication.InnerHandler = new SoundAnswers(MaxBytes) { InnerHandler = CreateHandler(provider.CaBundle) };
        Client = new HttpClient(authentication) { Timeout = Limit, MaxResponseContentBufferSize = MaxBytes };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("auth-gateway");
    }

    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();

    /// <summary>How we call others: no redirects, no cookies, the operator's extra roots beside the system's.</summary>
    public static SocketsHttpHandler CreateHandler(string? caBundle)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 64,
        };
        if (caBundle is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = new CaBundle(caBundle).Accepts;
        }

        return handler;
    }
}
