using System.Collections.Concurrent;
using System.Security.Cryptography;
using AuthGateway.Oidc.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>An OpenID Provider in this process that asks for no password. All have one e-mail address. The code flow itself is real, ID token and key set too.</summary>
internal sealed class InstantProvider : IAsyncDisposable
{
    public const string User = "bench@example.com";
    public const string ClientId = "bench";
    public const string ClientSecret = "bench-secret-that-protects-nothing";

    private readonly WebApplication _app;
    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "bench-key" };
    private readonly ConcurrentDictionary<string, string> _nonces = new();
    private readonly string _issuer;
    private int _logins;

    private InstantProvider(WebApplication app, string issuer)
    {
        _app = app;
        _issuer = issuer;
    }

    public string Issuer => _issuer;

    public static async Task<InstantProvider> StartAsync()
    {
        var port = ChildProcess.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.ListenLocalhost(port));
        var provider = new InstantProvider(builder.Build(), $"http://127.0.0.1:{port}");
        provider.Map();
        await provider._app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map()
    {
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(Metadata()));
        _app.MapGet("/keys", () => Results.Json(Keys()));
        _app.MapGet("/authorize", (string redirect_uri, string state, string? nonce) => Authorize(redirect_uri, state, nonce));
        _app.MapPost("/token", async (HttpRequest request) => Token((await request.ReadFormAsync())["code"].ToString()));
        _app.MapGet("/userinfo", (HttpRequest request) => Results.Json(new Dictionary<string, object> { ["sub"] = Subject(request), ["email"] = User, ["groups"] = new[] { "users" } }));
    }

    private Dictionary<string, object> Metadata() => new()
    {
        ["issuer"] = _issuer,
        ["authorization_endpoint"] = $"{_issuer}/authorize",
        ["token_endpoint"] = $"{_issuer}/token",
        ["userinfo_endpoint"] = $"{_issuer}/userinfo",
        ["jwks_uri"] = $"{_issuer}/keys",
        ["response_types_supported"] = new[] { "code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        ["token_endpoint_auth_methods_supported"] = new[] { "client_secret_basic", "client_secret_post" },
        ["code_challenge_methods_supported"] = new[] { "S256" },
    };

    private Dictionary<string, object> Keys()
    {
        var parameters = _key.Rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["keys"] = new[]
            {
                new Dictionary<string, string>
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["alg"] = "RS256",
                    ["kid"] = _key.KeyId,
                    ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
                    ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
                },
            },
        };
    }

    private IResult Authorize(string redirectUri, string state, string? nonce)
    {
        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _nonces[code] = nonce ?? "";
        return Results.Redirect($"{redirectUri}?code={code}&state={Uri.EscapeDataString(state)}");
    }

    private IResult Token(string code)
    {
        if (!_nonces.TryRemove(code, out var nonce))
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        // A person of its own for every 100 logins: the gateway keeps 1,000 sessions a person at most.
        var subject = $"{Interlocked.Increment(ref _logins) / 100}";
        return Results.Json(new Dictionary<string, object>
        {
            ["access_token"] = $"{subject}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(16))}",
            ["token_type"] = "Bearer",
            ["expires_in"] = 86400,
            ["id_token"] = IdToken(subject, nonce),
        });
    }

    private static string Subject(HttpRequest request) => request.Headers.Authorization.ToString()["Bearer ".Length..].Split('.')[0];

    private string IdToken(string subject, string nonce) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = _issuer,
        Audience = ClientId,
        IssuedAt = DateTime.UtcNow,
        Expires = DateTime.UtcNow.AddDays(1),
        Claims = new Dictionary<string, object> { ["sub"] = subject, ["email"] = User, ["nonce"] = nonce },
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
    });
}
