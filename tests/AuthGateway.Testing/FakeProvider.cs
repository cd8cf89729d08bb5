using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace AuthGateway.Testing;

/// <summary>
/// A scripted OpenID Provider on loopback. The authorization endpoint answers at once with a redirect; every endpoint can be given a
/// <see cref="Fault"/>; documents and ID tokens pass an edit before they leave; every call is recorded.
/// </summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "kubeflow-oidc-authservice";
    public const string ClientSecret = "client-secret-4f1c9a-with-bits";
    private readonly WebApplication _app;

    private FakeProvider(WebApplication app, string basePath)
    {
        _app = app;
        BasePath = basePath;
    }

    /// <summary>Path of the issuer, empty or beginning with a slash.</summary>
    public string BasePath { get; }

    public Uri Address { get; private set; } = null!;

    public string Issuer => Address.GetLeftPart(UriPartial.Authority) + BasePath;

    public ConcurrentQueue<ProviderCall> Calls { get; } = new();

    /// <summary>By endpoint name: discovery, jwks, authorize, token, userinfo, end-session, revoke, introspect.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task<bool>>> Faults { get; } = new();

    public ProviderUser User { get; set; } = ProviderUser.Alice;

    public RefreshRules Refresh { get; set; } = new();

    /// <summary>Logins at this provider, in order.</summary>
    public ConcurrentQueue<RefreshFamily> Logins { get; } = new();

    /// <summary>Refreshes that brought tokens.</summary>
    public int Refreshes { get; set; }

    /// <summary>Keys that are published beside <see cref="Key"/>.</summary>
    public ConcurrentDictionary<string, RSA> OlderKeys { get; } = new();

    /// <summary>Secrets that this client may use.</summary>
    public ConcurrentBag<string> ClientSecrets { get; set; } = [ClientSecret];

    public RSA Key { get; private set; } = RSA.Create(2048);

    public string KeyId { get; private set; } = "key-1";

    /// <summary>Last word on the discovery document.</summary>
    public Action<JsonObject> EditDiscovery { get; set; } = _ => { };

    /// <summary>Last word on the key set.</summary>
    public Action<JsonObject> EditKeySet { get; set; } = _ => { };

    /// <summary>Last word on the parameters of the callback address.</summary>
    public Action<List<KeyValuePair<string, string>>> EditCallback { get; set; } = _ => { };

    /// <summary>Last word on header and claims of an ID token before it is signed.</summary>
    public Action<JsonObject, JsonObject> EditIdToken { get; set; } = (_, _) => { };

    /// <summary>Signs the ID token; the default is RS256 with <see cref="Key"/>.</summary>
    public Func<JsonObject, JsonObject, string>? SignIdToken { get; set; }

    public Action<JsonObject> EditTokenResponse { get; set; } = _ => { };

    public Action<JsonObject> EditUserInfo { get; set; } = _ => { };

    /// <summary>Its time.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>The ID token that left last.</summary>
    public string LastIdToken { get; set; } = "";

    /// <summary>Everything secret that left the provider: codes, tokens, verifiers. Nothing of it may show up in logs or stores.</summary>
    public ConcurrentBag<string> Secrets { get; } = [];

    /// <param name="port">0 picks a free one.</param>
    /// <param name="certificate">Given: https with it.</param>
    /// <param name="basePath">Path of the issuer.</param>
    public static async Task<FakeProvider> StartAsync(int port = 0, X509Certificate2? certificate = null, string basePath = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var provider = new FakeProvider(builder.Build(), basePath);
        var endpoints = new ProviderEndpointsScript(provider);
        provider._app.Run(endpoints.HandleAsync);
        await provider._app.StartAsync();
        provider.Address = new Uri(provider._app.Urls.First());
        return provider;
    }

    public int Count(string endpoint) => Calls.Count(call => call.Endpoint == endpoint);

    public ProviderCall LastCall(string endpoint) => Calls.Last(call => call.Endpoint == endpoint);

    /// <summary>A new signing key; the old one is no longer published.</summary>
    public void RotateKey(string keyId)
    {
        Key = RSA.Create(2048);
        KeyId = keyId;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
