using System.Net;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Endpoints.Account;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Accepts access tokens that only the provider can read (<c>ACCESS_TOKEN_AUTHN=opaque</c>).
/// Introspection checks that the token is active and has the right audience; userinfo identifies
/// the user. Without introspection only userinfo remains, which cannot distinguish tokens of
/// different clients. This is logged once.
/// </summary>
internal sealed class OpaqueTokenAuthenticator(
    GatewayOptions options,
    ProviderMetadata metadata,
    ProviderTokenClient provider,
    TokenIdentity identities,
    TimeProvider time,
    ILogger<OpaqueTokenAuthenticator> logger)
    : IDisposable
{
    private const int MinLength = 16;
    private const int MaxLength = 8 * 1024;
    private readonly RemoteTokenValidator _checks = new(options.Access, time, logger, "the provider");
    private readonly Introspection _introspection = new(options, metadata);
    private readonly AudienceRule _audience = new(options);
    private readonly ProviderTokenHandler _handler = new(options.Provider, metadata)
    {
        Audiences = options.Access.Audiences,
        IsAudienceChecked = true,
        Source = TokenSource.Bearer,
        Kind = "access token",
    };

    private bool _hasLoggedMissingIntrospection;

    /// <summary>
    /// True for a token of 16 to 8,192 characters. Shorter tokens are no secrets of any provider,
    /// and most providers cannot receive longer ones. The provider is not asked about them.
    /// </summary>
    public static bool IsPlausible(BearerToken token) => token.Text.Length is >= MinLength and <= MaxLength;

    public ValueTask<AuthenticationResult> CheckAsync(BearerToken token, CancellationToken cancellationToken) =>
        metadata.TryGet(out var known)
        ? _checks.CheckAsync(
            token, limit => AskAsync(token, known, limit), () => IsSignedAsync(token), cancellationToken)
        : new(new AuthenticationResult.Unavailable("The provider is not known yet."));

    public void Dispose() => _checks.Dispose();

    // A JWT with the provider's signature is genuine and needs no place in the limit for unknown
    // tokens.
    private async ValueTask<bool> IsSignedAsync(BearerToken token) =>
        token.Jwt is not null
            && (await _handler.ValidateSignedAsync(token.Text, new TokenValidationParameters())).IsValid;

    private async Task<RemoteAnswer> AskAsync(
        BearerToken token, OpenIdConnectConfiguration known, CancellationToken cancellationToken)
    {
        JsonElement? introspected = null;
        if (provider.CanIntrospect(known))
        {
            introspected = await provider.IntrospectAsync(known, token.Text, cancellationToken);
            if (introspected is null || _introspection.FindError(introspected.Value) is not null)
            {
                return new(introspected is { } active ? _introspection.FindError(active)! : TokenRefusal.Unknown);
            }
        }
        else
        {
            LogMissingIntrospection();
        }

        return await AddUserInfoAsync(token, known, introspected, cancellationToken);
    }

    private async Task<RemoteAnswer> AddUserInfoAsync(
        BearerToken token,
        OpenIdConnectConfiguration known,
        JsonElement? introspected,
        CancellationToken cancellationToken)
    {
        JsonElement? userInfo = null;
        if (!string.IsNullOrEmpty(known.UserInfoEndpoint))
        {
            (userInfo, var status) = await provider.GetUserInfoAsync(
                known.UserInfoEndpoint, token.Text, cancellationToken);

            // 403: the token lacks the scope openid (a service account's token). The claims of the
            // introspection response are used alone.
            if (userInfo is null && (status != HttpStatusCode.Forbidden || introspected is null))
            {
                return new(TokenRefusal.Unknown);
            }
        }

        return Validate(token, introspected, userInfo);
    }

    private RemoteAnswer Validate(BearerToken token, JsonElement? introspected, JsonElement? userInfo)
    {
        var claims = introspected ?? userInfo;
        if (claims is null || Differ(introspected, userInfo))
        {
            return new(TokenRefusal.Unknown);
        }

        // Userinfo confirms the token, so the claims of a readable token can be trusted. Its
        // audience must match too.
        var own = token.Jwt?.Claims ?? userInfo;
        if (introspected is null
            && own is { } readable
            && readable.Member("aud") is not null
            && !_audience.Accepts(readable))
        {
            return new(TokenRefusal.WrongAudience);
        }

        var end = FindExpiry(introspected) ?? token.Jwt?.ExpiresAt;
        return end <= time.GetUtcNow()
            ? new(TokenRefusal.Expired)
            : new(identities.FromClaims(token, claims.Value, userInfo), end);
    }

    private static bool Differ(JsonElement? introspected, JsonElement? userInfo) =>
        FindSubject(introspected) is { } one && FindSubject(userInfo) is { } other && one != other;

    private static string? FindSubject(JsonElement? claims) =>
        claims is { } known && known.TryGetProperty("sub", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static DateTimeOffset? FindExpiry(JsonElement? claims) =>
        claims is { } known ? NumericDate.Read(known, "exp") : null;

    private void LogMissingIntrospection()
    {
        if (!_hasLoggedMissingIntrospection)
        {
            _hasLoggedMissingIntrospection = true;
            logger.LogWarning(
                "ACCESS_TOKEN_AUTHN=opaque: the provider offers this client no introspection, so access tokens of its "
                + "other clients open this gateway too. ACCESS_TOKEN_AUTHN=jwt checks the audience.");
        }
    }
}
