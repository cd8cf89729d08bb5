using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;

namespace AuthGateway.SystemTests.Parts;

/// <summary>As much of an OpenID Provider as a gateway needs to become ready: discovery and one signing key.</summary>
internal sealed class StubProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubProvider(WebApplication app) => _app = app;

    /// <summary>Answers instead of discovery and the key set, with this content type; null = the truth.</summary>
    public (string ContentType, byte[] Body)? Instead { get; set; }

    /// <summary>An unreadable key beside the good one, and addresses that are none.</summary>
    public bool IsBroken { get; set; }

    /// <summary>How often discovery and the key set were asked for.</summary>
    public int Asked { get; private set; }

    /// <param name="issuer">What discovery says; <c>null</c> = the truth.</param>
    public static async Task<StubProvider> StartAsync(int port, string? issuer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var address = $"http://127.0.0.1:{port}";
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var (modulus, exponent) = (Base64(parameters.Modulus!), Base64(parameters.Exponent!));
        var provider = new StubProvider(app);
        app.MapGet("/.well-known/openid-configuration", () => provider.Answer(new
        {
            issuer = issuer ?? address,
            authorization_endpoint = $"{address}/auth",
            token_endpoint = $"{address}/token",
            introspection_endpoint = provider.IsBroken ? "::" : $"{address}/introspect",
            userinfo_endpoint = $"{address}/userinfo",
            jwks_uri = $"{address}/keys",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256" },
        }));
        var good = new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = modulus, e = exponent };
        var unreadable = new { kty = "RSA", use = "sig", alg = "RS256", kid = "broken", n = "!!", e = "AQAB" };
        app.MapGet("/keys", () => provider.Answer(new { keys = provider.IsBroken ? [unreadable, good] : new[] { good } }));
        await app.StartAsync();
        return provider;
    }

    private IResult Answer<T>(T document)
    {
        Asked++;
        return Instead is (var type, var body) ? Results.Bytes(body, type) : Results.Json(document);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
