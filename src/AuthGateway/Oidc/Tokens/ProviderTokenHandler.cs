using System.Text;
using AuthGateway.Authentication.Bearer;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Validates tokens of the provider (OIDC Core §3.1.3.7): signature by a key of its key set with an
/// accepted algorithm (<see cref="SigningAlgorithms"/>), issuer, audience, <c>azp</c> and times. An
/// invalid signature or an unknown <c>kid</c> causes one throttled refetch of the keys and a second
/// validation. Errors are returned as a <see cref="TokenRefusedException"/> in the result, never
/// thrown.
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

    /// <summary>
    /// The accepted audiences of access tokens. Null for ID tokens: their audience is the client
    /// id, and only they may be signed with the client secret.
    /// </summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>The source of the tokens. It decides how often the keys may be refetched.</summary>
    public TokenSource Source { get; init; }

    /// <summary>The name of the token kind in messages.</summary>
    public string Kind { get; init; } = "ID token";

    /// <summary>
    /// The maximum age of an ID token at a login (<c>OIDC_ID_TOKEN_MAX_AGE</c>); null = no limit.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// True for signed userinfo responses (<see cref="TokenRules.IsUserInfo"/>). Default false.
    /// </summary>
    public bool IsUserInfo { get; init; }

    /// <summary>
    /// True when the caller has already checked the audience (<c>AudienceRule</c>). Default false.
    /// </summary>
    public bool IsAudienceChecked { get; init; }

    private bool IsAccessToken => Audiences is not null;

    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters validationParameters)
    {
        var rules = Rules();
        var (examined, error) = TokenExamination.Examine(token, rules);
        if (examined is null)
        {
            return Refused(error!);
        }

        var result = await ValidateSafelyAsync(token, examined, rules, validationParameters);
        if (!result.IsValid)
        {
            return result;
        }

        var isBearer = Source == TokenSource.Bearer;
        return IdTokenRules.FindError(examined, rules, _provider, isBearer, MaxAge) is { } idTokenError
            ? Refused(idTokenError)
            : result;
    }

    /// <summary>
    /// Validates what ID tokens and logout tokens have in common: format, signature, algorithm,
    /// key, issuer, audience and expiration.
    /// </summary>
    public async Task<TokenValidationResult> ValidateSignedAsync(
        string token, TokenValidationParameters validationParameters)
    {
        var rules = Rules();
        var (examined, error) = TokenExamination.Examine(token, rules);
        return examined is null
            ? Refused(error!)
            : await ValidateSafelyAsync(token, examined, rules, validationParameters);
    }

    private async Task<TokenValidationResult> ValidateSafelyAsync(
        string token, TokenExamination examined, TokenRules rules, TokenValidationParameters given)
    {
        try
        {
            return await ValidateAsync(token, examined, rules, given);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            // A claim or key that the library fails on makes the token invalid. It must not fail
            // the request.
            return Refused($"The {Kind} could not be validated ({e.GetType().Name}).");
        }
    }

    private async Task<TokenValidationResult> ValidateAsync(
        string token, TokenExamination examined, TokenRules rules, TokenValidationParameters given)
    {
        if (Parse(token) is not { } parsed)
        {
            return Refused(examined.DescribeOddEntry(Kind));
        }

        var parameters = Tighten(given, examined, rules);
        var result = await base.ValidateTokenAsync(parsed, parameters);
        if (result.Exception is SecurityTokenInvalidSignatureException
            && examined.Algorithm != SigningAlgorithms.Hs256)
        {
            // An unknown kid, or a new key under a known kid.
            var cancellationToken = ProviderCalls.Current?.Budget ?? CancellationToken.None;
            parameters.IssuerSigningKeys = await _metadata.RefetchKeysAsync(Source, cancellationToken);
            result = await base.ValidateTokenAsync(parsed, parameters);
        }

        return result.IsValid
            ? result
            : Refused(Describe(result.Exception, examined, [.. parameters.IssuerSigningKeys]));
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
        Issuers = IsAccessToken && _metadata.AccessTokenIssuer is { } further
            ? [_provider.Issuer, further]
            : [_provider.Issuer],
        Audiences = Audiences ?? [_provider.ClientId],
        AudienceSetting = IsAccessToken ? "AUDIENCES" : "CLIENT_ID",
        Algorithms = SigningAlgorithms.Accepted(_provider, _metadata, IsAccessToken || IsUserInfo),
        Tolerance = Source == TokenSource.Bearer ? _provider.BearerClockTolerance : _provider.ClockTolerance,
        IsUserInfo = IsUserInfo,
        IsAudienceChecked = IsAudienceChecked,
        // Token times are compared with the system clock, as the library does.
        Now = TimeProvider.System.GetUtcNow(),
    };

    private TokenValidationParameters Tighten(
        TokenValidationParameters given, TokenExamination token, TokenRules rules)
    {
        var parameters = given.Clone();
        parameters.RequireSignedTokens = true;
        parameters.RequireExpirationTime = !IsUserInfo;
        parameters.ValidateIssuer = !IsUserInfo;
        parameters.ValidIssuer = null;
        parameters.ValidIssuers = rules.Issuers;
        parameters.ValidateAudience = !IsUserInfo && !IsAudienceChecked;
        parameters.ValidAudience = null;
        parameters.ValidAudiences = rules.Audiences;
        parameters.IgnoreTrailingSlashWhenValidatingAudience = false;
        // TokenExamination has checked the times.
        parameters.ValidateLifetime = false;
        parameters.ValidAlgorithms = rules.Algorithms;
        parameters.TryAllIssuerSigningKeys = token.KeyId is null || token.Algorithm == SigningAlgorithms.Hs256;
        parameters.IssuerSigningKeys = token.Algorithm == SigningAlgorithms.Hs256
            ? [.. _provider.ClientSecrets.Current.Select(
                secret => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)))]
            : _metadata.TryGet(out var known) ? [.. known.SigningKeys] : [];
        return parameters;
    }

    private string Describe(Exception? failure, TokenExamination token, IReadOnlyList<SecurityKey> keys)
    {
        if (failure is not SecurityTokenInvalidSignatureException)
        {
            return $"The {Kind} could not be validated ({failure?.GetType().Name ?? "no reason given"}).";
        }

        if (token.Algorithm == SigningAlgorithms.Hs256)
        {
            return DescribeHs256Error();
        }

        if (token.KeyId is not { } id)
        {
            return keys.Count == 1
                ? $"The {Kind} names no key (kid), and its signature does not fit the provider's only key."
                : $"The {Kind} names no key (kid), and its signature fits none of the provider's {keys.Count} keys.";
        }

        return keys.Any(key => key.KeyId == id)
            ? $"The signature of the {Kind} does not fit the provider's key \"{LogText.Shown(id)}\"."
            : $"The {Kind} is signed with the key \"{LogText.Shown(id)}\", which is not among "
                + $"the {keys.Count} keys of the provider's key set (OIDC_JWKS_URL).";
    }

    private string DescribeHs256Error()
    {
        // The library rejects shorter HS256 keys (RFC 7518 §3.2).
        if (_provider.ClientSecrets.Current.All(secret => Encoding.UTF8.GetByteCount(secret) < 32))
        {
            return $"The {Kind} is signed with HS256, and CLIENT_SECRET is shorter than "
                + "the 32 bytes that HS256 demands (RFC 7518 §3.2). "
                + "Give the client a longer secret, or choose RS256 for it at the provider.";
        }

        return $"The {Kind} is signed with HS256, but not with CLIENT_SECRET. "
            + (_provider.Issuer.Contains("/realms/", StringComparison.Ordinal)
                ? "Keycloak signs HS256 with a key of its own that no client knows; "
                    + "choose RS256 for this client there."
                : "Compare CLIENT_SECRET with the provider's, or choose RS256 for this client there.");
    }

    private static TokenValidationResult Refused(string sentence) =>
        new() { IsValid = false, Exception = new TokenRefusedException(sentence) };
}
