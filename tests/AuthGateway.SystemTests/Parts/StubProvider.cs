using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;

namespace AuthGateway.SystemTests.Parts;

/// <summary>As much of an OpenID Provider as a gateway needs to become ready: discovery and one signing key.</summary>
internal sealed class StubProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubProvider(WebApplication app) => _app = app;

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
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = issuer ?? address,
            authorization_endpoint = $"{address}/auth",
            token_endpoint = $"{address}/token",
            userinfo_endpoint = $"{address}/userinfo",
            jwks_uri = $"{address}/keys",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256" },
        }));
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "1", n = modulus, e = exponent } } }));
        await app.StartAsync();
        return new StubProvider(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
