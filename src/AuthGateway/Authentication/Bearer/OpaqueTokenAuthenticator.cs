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
/// An access token that only the provider can read (<c>ACCESS_TOKEN_AUTHN=opaque</c>). Introspection says whether it is active and for us, userinfo says who it
/// is. A provider without introspection leaves userinfo alone, which cannot tell one client's tokens from another's: said once.
/// </summary>
internal sealed class OpaqueTokenAuthenticator(
    GatewayOptions options, ProviderMetadata metadata, ProviderTokenClient provider, TokenIdentity identities, TimeProvider time, ILogger<OpaqueTokenAuthenticator> logger) : IDisposable
{
    private const int MinLength = 16;
    private const int MaxLength = 8 * 1024;
    private readonly RemoteTokenValidator _checks = new(options.Access, time, logger, "the provider");
    private readonly Introspection _introspection = new(options, metadata);
    private readonly AudienceRule _audience = new(options);
    private readonly ProviderTokenHandler _handler = new(options.Provider, metadata)
    {
        Audiences = options.Access.Audiences,
        IsAudienceJudged = true,
        Source = TokenSource.Bearer,
        Kind = "access token",
    };

    private bool _saidBlind;

    /// <summary>Shorter ones are no secrets of any provider, and longer ones fit in no header of most: nobody is asked.</summary>
    public static bool IsPlausible(BearerToken token) => token.Text.Length is >= MinLength and <= MaxLength;

    public ValueTask<AuthenticationResult> CheckAsync(BearerToken token, CancellationToken cancellationToken) => metadata.TryGet(out var known)
        ? _checks.CheckAsync(token, limit => AskAsync(token, known, limit), () => IsSignedAsync(token), cancellationToken)
        : new(new AuthenticationResult.Unavailable("The provider is not known yet."));

    public void Dispose() => _checks.Dispose();

    // A JWT that the provider signed was not made up by a stranger.
    private async ValueTask<bool> IsSignedAsync(BearerToken token) =>
        token.Jwt is not null && (await _handler.ValidateSignedAsync(token.Text, new TokenValidationParameters())).IsValid;

    private async Task<RemoteAnswer> AskAsync(BearerToken token, OpenIdConnectConfiguration known, CancellationToken cancellationToken)
    {
        JsonElement? introspected = null;
        if (provider.CanIntrospect(known))
        {
            introspected = await provider.IntrospectAsync(known, token.Text, cancellationToken);
            if (introspected is null || _introspection.FlawOf(introspected.Value) is not null)
            {
                return new(introspected is { } active ? _introspection.FlawOf(active)! : TokenRefusal.Unknown);
            }
        }
        else
        {
            SayBlind();
        }

        return await AddUserInfoAsync(token, known, introspected, cancellationToken);
    }

    private async Task<RemoteAnswer> AddUserInfoAsync(BearerToken token, OpenIdConnectConfiguration known, JsonElement? introspected, CancellationToken cancellationToken)
    {
        JsonElement? userInfo = null;
        if (!string.IsNullOrEmpty(known.UserInfoEndpoint))
        {
            (userInfo, var status) = await provider.GetUserInfoAsync(known.UserInfoEndpoint, token.Text, cancellationToken);

            // 403 = lacks the scope openid (a robot's token): what introspection said of it must do.
            if (userInfo is null && (status != HttpStatusCode.Forbidden || introspected is null))
            {
                return new(TokenRefusal.Unknown);
            }
        }

        return Judge(token, introspected, userInfo);
    }

    private RemoteAnswer Judge(BearerToken token, JsonElement? introspected, JsonElement? userInfo)
    {
        var claims = introspected ?? userInfo;
        if (claims is null || Differ(introspected, userInfo))
        {
            return new(TokenRefusal.Unknown);
        }

        // Userinfo vouches for the token, so what a readable one says of itself holds: it must be for us, too.
        var own = token.Jwt?.Claims ?? userInfo;
        if (introspected is null && own is { } told && told.TryGetProperty("aud", out _) && !_audience.Accepts(told))
        {
            return new(TokenRefusal.WrongAudience);
        }

        var end = EndOf(introspected) ?? token.Jwt?.ExpiresAt;
        return end <= time.GetUtcNow() ? new(TokenRefusal.Expired) : new(identities.Of(token, claims.Value, userInfo), end);
    }

    private static bool Differ(JsonElement? introspected, JsonElement? userInfo) =>
        SubjectOf(introspected) is { } one && SubjectOf(userInfo) is { } other && one != other;

    private static string? SubjectOf(JsonElement? claims) =>
        claims is { } known && known.TryGetProperty("sub", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? EndOf(JsonElement? claims) =>
        claims is { } known && known.TryGetProperty("exp", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private void SayBlind()
    {
        if (!_saidBlind)
        {
            _saidBlind = true;
            logger.LogWarning("ACCESS_TOKEN_AUTHN=opaque: the provider offers this client no introspection, so access tokens of its other clients open this gateway too. ACCESS_TOKEN_AUTHN=jwt checks the audience.");
        }
    }
}
