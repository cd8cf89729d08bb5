using System.Text.Json;
using AuthGateway.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc;

/// <summary>
/// Validates ID tokens (OIDC Core §3.1.3.7): signed, by an announced asymmetric algorithm (RS256 when none is announced, HS256 only when configured),
/// by a key of the provider's set; issuer, audience, <c>azp</c>, times (60 s of skew). An unknown <c>kid</c> costs one throttled refetch of the keys.
/// </summary>
internal sealed class IdTokenHandler : JsonWebTokenHandler
{
    private const int MaxLength = 256 * 1024;
    private static readonly string[] Asymmetric = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    private readonly ProviderOptions _provider;
    private readonly ProviderMetadata _metadata;
    private readonly TimeProvider _time;

    public IdTokenHandler(ProviderOptions provider, ProviderMetadata metadata, TimeProvider time)
    {
        _provider = provider;
        _metadata = metadata;
        _time = time;
        MapInboundClaims = false;
        MaximumTokenSizeInBytes = MaxLength;
    }

    /// <summary>Accepted audiences of the provider's access tokens; null = ID tokens, which are for our client id. Only ID tokens may be signed with the client secret.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>Whose tokens are read: decides how often an unknown key may be looked for.</summary>
    public TokenSource Source { get; init; }

    private bool AllowsHs256 => _provider.AllowHs256 && Audiences is null;

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var result = await ValidateSignedAsync(token, validationParameters);
        return result.IsValid && result.SecurityToken is JsonWebToken valid && FlawOf(valid) is { } flaw ? Refused(flaw) : result;
    }

    /// <summary>What every token that the provider signs for this client must be, ID token or logout token: shape, signature, algorithm, key, issuer, audience, end.</summary>
    public async Task<TokenValidationResult> ValidateSignedAsync(string token, TokenValidationParameters validationParameters)
    {
        if (Examine(token) is { } flaw)
        {
            return Refused(flaw);
        }

        if (Parse(token) is not { } parsed)
        {
            return Refused("One of its claims has the wrong kind of value.");
        }

        var parameters = Tighten(validationParameters, parsed);
        var result = await base.ValidateTokenAsync(token, parameters);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            parameters.IssuerSigningKeys = await _metadata.RefetchKeysAsync(Source, CancellationToken.None);
            result = await base.ValidateTokenAsync(token, parameters);
        }

        return result;
    }

    private JsonWebToken? Parse(string token)
    {
        try
        {
            return ReadJsonWebToken(token);
        }
        catch (Exception e) when (e is ArgumentException or JsonException or FormatException)
        {
            return null;
        }
    }

    private TokenValidationParameters Tighten(TokenValidationParameters given, JsonWebToken token)
    {
        var parameters = given.Clone();
        parameters.RequireSignedTokens = true;
        parameters.RequireExpirationTime = true;
        parameters.ValidateIssuer = true;
        parameters.ValidIssuers = null;
        parameters.ValidIssuer = _provider.Issuer;
        parameters.ValidateAudience = true;
        parameters.ValidAudience = null;
        parameters.ValidAudiences = Audiences ?? [_provider.ClientId];
        parameters.IgnoreTrailingSlashWhenValidatingAudience = false;
        parameters.ClockSkew = TimeSpan.FromSeconds(60);
        parameters.ValidAlgorithms = Algorithms();
        parameters.TryAllIssuerSigningKeys = string.IsNullOrEmpty(token.Kid);
        parameters.IssuerSigningKeys = _metadata.TryGet(out var known) ? Keys(known.SigningKeys) : [];
        return parameters;
    }

    private List<SecurityKey> Keys(IEnumerable<SecurityKey> published)
    {
        List<SecurityKey> keys = [.. published];
        if (AllowsHs256)
        {
            keys.AddRange(_provider.ClientSecrets.Current.Select(secret => new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(secret))));
        }

        return keys;
    }

    private string[] Algorithms()
    {
        var announced = _metadata.TryGet(out var known) ? known.IdTokenSigningAlgValuesSupported.Intersect(Asymmetric).ToArray() : [];
        return [.. announced.Length > 0 ? announced : ["RS256"], .. AllowsHs256 ? new[] { "HS256" } : []];
    }

    /// <summary>Shape, before any key is touched: three parts, no <c>crit</c>, no claim twice.</summary>
    private static string? Examine(string token)
    {
        var parts = token.Split('.');
        if (token.Length > MaxLength || parts.Length != 3 || parts[2].Length == 0)
        {
            return "It is no signed JWT.";
        }

        if (StrictJson.ReadPart(parts[0]) is not { } header)
        {
            return "Its header is no JSON object with unique names.";
        }

        return header.TryGetProperty("crit", out _) ? "Its header demands extensions (crit)."
            : StrictJson.ReadPart(parts[1]) is null ? "Its claims are no JSON object with unique names." : null;
    }

    private string? FlawOf(JsonWebToken token)
    {
        if (token.TryGetPayloadValue<string>("azp", out var authorized) ? authorized != _provider.ClientId : token.Audiences.Count() > 1)
        {
            return "It was issued to another client (azp).";
        }

        if (FlawOfKind(token) is { } flaw)
        {
            return flaw;
        }

        return token.IssuedAt == DateTime.MinValue ? "It has no iat." : token.IssuedAt > _time.GetUtcNow().UtcDateTime.AddSeconds(60) ? "It was issued in the future." : null;
    }

    /// <summary>Another kind of token, or a claim that two readers could understand differently (RFC 8725 §3.11).</summary>
    private static string? FlawOfKind(JsonWebToken token)
    {
        if (token.Typ?.EndsWith("+jwt", StringComparison.OrdinalIgnoreCase) == true)
        {
            return "Its typ is that of another kind of token.";
        }

        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        if (claims.RootElement.TryGetProperty("events", out _))
        {
            return "It has events, as a logout token has.";
        }

        if (!claims.RootElement.TryGetProperty("sub", out var subject) || subject.ValueKind != JsonValueKind.String || subject.GetString()!.Length == 0)
        {
            return "It has no sub, or not as text.";
        }

        if (TooLong(claims.RootElement, "sub") || TooLong(claims.RootElement, "sid"))
        {
            return "Its sub or sid is too long.";
        }

        return IsNumber(claims.RootElement, "exp") && IsNumber(claims.RootElement, "iat") ? null : "It has no exp or no iat, or not as a number.";
    }

    // A logout token that names it could not be understood.
    private static bool TooLong(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > LogoutTokenValidator.MaxText;

    private static bool IsNumber(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number;

    private static TokenValidationResult Refused(string flaw) => new() { IsValid = false, Exception = new SecurityTokenValidationException(flaw) };
}
