using AuthGateway.Authentication.Bearer;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Validates ID tokens (OIDC Core §3.1.3.7): signed by a key of the provider's set with an accepted algorithm (<see cref="SigningAlgorithms"/>); issuer, audience, <c>azp</c>,
/// times. A signature that fails, or an unknown <c>kid</c>, costs one throttled refetch of the keys and a second look. Every refusal is a <see cref="TokenRefusedException"/>;
/// nothing is thrown.
/// </summary>
internal sealed class ProviderTokenHandler : JsonWebTokenHandler
{
    private const int MaxLength = 256 * 1024;
    private readonly ProviderOptions _provider;
    private readonly ProviderMetadata _metadata;

    public ProviderTokenHandler(ProviderOptions provider, ProviderMetadata metadata)
    {
        _provider = provider;
        _metadata = metadata;
        MapInboundClaims = false;
        MaximumTokenSizeInBytes = MaxLength;
    }

    /// <summary>Accepted audiences of the provider's access tokens; null = ID tokens, which are for our client id. Only ID tokens may be signed with the client secret.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>Whose tokens are read: decides how often an unknown key may be looked for.</summary>
    public TokenSource Source { get; init; }

    /// <summary>What the tokens are called in a sentence.</summary>
    public string Kind { get; init; } = "ID token";

    /// <summary>How old an ID token may be (<c>OIDC_ID_TOKEN_MAX_AGE</c>, at a login alone); null = no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>A signed userinfo answer (<see cref="TokenRules.IsUserInfo"/>). Default false.</summary>
    public bool IsUserInfo { get; init; }

    /// <summary>True where the caller judged the audience before (<c>AudienceRule</c>). Default false.</summary>
    public bool IsAudienceJudged { get; init; }

    private bool IsAccessToken => Audiences is not null;

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var rules = Rules();
        var (examined, refusal) = TokenExamination.Examine(token, rules);
        if (examined is null)
        {
            return Refused(refusal!);
        }

        var result = await ValidateSafelyAsync(token, examined, rules, validationParameters);
        return result.IsValid && IdTokenRules.FlawOf(examined, rules, _provider, Source == TokenSource.Bearer, MaxAge) is { } flaw ? Refused(flaw) : result;
    }

    /// <summary>What every token that the provider signs for this client must be, ID token or logout token: shape, signature, algorithm, key, issuer, audience, end.</summary>
    public async Task<TokenValidationResult> ValidateSignedAsync(string token, TokenValidationParameters validationParameters)
    {
        var rules = Rules();
        var (examined, flaw) = TokenExamination.Examine(token, rules);
        return examined is null ? Refused(flaw!) : await ValidateSafelyAsync(token, examined, rules, validationParameters);
    }

    private async Task<TokenValidationResult> ValidateSafelyAsync(string token, TokenExamination examined, TokenRules rules, TokenValidationParameters given)
    {
        try
        {
            return await ValidateAsync(token, examined, rules, given);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            // A claim or a key that the library cannot take is a flaw of the token, not of a request.
            return Refused($"The {Kind} could not be validated ({e.GetType().Name}).");
        }
    }

    private async Task<TokenValidationResult> ValidateAsync(string token, TokenExamination examined, TokenRules rules, TokenValidationParameters given)
    {
        if (Parse(token) is not { } parsed)
        {
            return Refused($"A claim of the {Kind} has the wrong kind of value.");
        }

        var parameters = Tighten(given, examined, rules);
        var result = await base.ValidateTokenAsync(parsed, parameters);
        if (result.Exception is SecurityTokenInvalidSignatureException && examined.Algorithm != SigningAlgorithms.Hs256)
        {
            // An unknown kid, or a new key under a known one.
            parameters.IssuerSigningKeys = await _metadata.RefetchKeysAsync(Source, ProviderCalls.Current?.Budget ?? CancellationToken.None);
            result = await base.ValidateTokenAsync(parsed, parameters);
        }

        return result.IsValid ? result : Refused(Sentence(result.Exception, examined, [.. parameters.IssuerSigningKeys]));
    }

    private JsonWebToken? Parse(string token)
    {
        try
        {
            return ReadJsonWebToken(token);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            return null;
        }
    }

    private TokenRules Rules() => new()
    {
        Kind = Kind,
        Issuers = IsAccessToken && _metadata.AccessTokenIssuer is { } further ? [_provider.Issuer, further] : [_provider.Issuer],
        Audiences = Audiences ?? [_provider.ClientId],
        AudienceSetting = IsAccessToken ? "AUDIENCES" : "CLIENT_ID",
        Algorithms = SigningAlgorithms.Accepted(_provider, _metadata, IsAccessToken || IsUserInfo),
        Tolerance = Source == TokenSource.Bearer ? _provider.BearerClockTolerance : _provider.ClockTolerance,
        IsUserInfo = IsUserInfo,
        IsAudienceJudged = IsAudienceJudged,
        // The times of tokens are compared with the machine's clock, as the library does.
        Now = TimeProvider.System.GetUtcNow(),
    };

    private TokenValidationParameters Tighten(TokenValidationParameters given, TokenExamination token, TokenRules rules)
    {
        var parameters = given.Clone();
        parameters.RequireSignedTokens = true;
        parameters.RequireExpirationTime = !IsUserInfo;
        parameters.ValidateIssuer = !IsUserInfo;
        parameters.ValidIssuer = null;
        parameters.ValidIssuers = rules.Issuers;
        parameters.ValidateAudience = !IsUserInfo && !IsAudienceJudged;
        parameters.ValidAudience = null;
        parameters.ValidAudiences = rules.Audiences;
        parameters.IgnoreTrailingSlashWhenValidatingAudience = false;
        // TokenExamination has judged the times.
        parameters.ValidateLifetime = false;
        parameters.ValidAlgorithms = rules.Algorithms;
        parameters.TryAllIssuerSigningKeys = token.KeyId is null || token.Algorithm == SigningAlgorithms.Hs256;
        parameters.IssuerSigningKeys = token.Algorithm == SigningAlgorithms.Hs256
            ? [.. _provider.ClientSecrets.Current.Select(secret => new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(secret)))]
            : _metadata.TryGet(out var known) ? [.. known.SigningKeys] : [];
        return parameters;
    }

    private string Sentence(Exception? failure, TokenExamination token, IReadOnlyList<SecurityKey> keys)
    {
        if (failure is not SecurityTokenInvalidSignatureException)
        {
            return $"The {Kind} could not be validated ({failure?.GetType().Name ?? "no reason given"}).";
        }

        if (token.Algorithm == SigningAlgorithms.Hs256)
        {
            // The library verifies with nothing shorter (RFC 7518 §3.2).
            if (_provider.ClientSecrets.Current.All(secret => System.Text.Encoding.UTF8.GetByteCount(secret) < 32))
            {
                return $"The {Kind} is signed with HS256, and CLIENT_SECRET is shorter than the 32 bytes that HS256 demands (RFC 7518 §3.2). Give the client a longer secret, or choose RS256 for it at the provider.";
            }

            return $"The {Kind} is signed with HS256, but not with CLIENT_SECRET. "
                + (_provider.Issuer.Contains("/realms/", StringComparison.Ordinal)
                    ? "Keycloak signs HS256 with a key of its own that no client knows; choose RS256 for this client there."
                    : "Compare CLIENT_SECRET with the provider's, or choose RS256 for this client there.");
        }

        if (token.KeyId is not { } id)
        {
            return keys.Count == 1
                ? $"The {Kind} names no key (kid), and its signature does not fit the provider's only key."
                : $"The {Kind} names no key (kid), and its signature fits none of the provider's {keys.Count} keys.";
        }

        return keys.Any(key => key.KeyId == id)
            ? $"The signature of the {Kind} does not fit the provider's key \"{LogText.Shown(id)}\"."
            : $"The {Kind} is signed with the key \"{LogText.Shown(id)}\", which is not among the {keys.Count} keys of the provider's key set (OIDC_JWKS_URL).";
    }

    private static TokenValidationResult Refused(string sentence) => new() { IsValid = false, Exception = new TokenRefusedException(sentence) };
}
