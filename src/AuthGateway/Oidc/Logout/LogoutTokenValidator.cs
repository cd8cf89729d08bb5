using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Validates a logout token (OIDC Back-Channel Logout 1.0 §2.6). Signature, algorithm, key, issuer,
/// audience and expiration are checked as for an ID token.
/// </summary>
/// <remarks>
/// A token with additional audiences is accepted: refusing it would leave a session open. The store
/// detects a replayed <c>jti</c>.
/// </remarks>
internal sealed class LogoutTokenValidator(ProviderOptions provider, ProviderMetadata metadata, TimeProvider time)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>
    /// The maximum age of a token: 10 min. Its <c>jti</c> and the record of the ended session are
    /// kept as long.
    /// </summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly ProviderTokenHandler _handler =
        new(provider, metadata) { Source = TokenSource.Logout, Kind = "logout token" };

    private TimeSpan Skew => provider.ClockTolerance;

    public async Task<LogoutTokenResult> ValidateAsync(string token)
    {
        if (!metadata.TryGet(out _))
        {
            return new LogoutTokenResult.Refused("The provider is not known to the gateway yet.");
        }

        var result = await _handler.ValidateSignedAsync(token, new TokenValidationParameters());
        if (!result.IsValid || result.SecurityToken is not JsonWebToken valid)
        {
            return new LogoutTokenResult.Refused(
                result.Exception?.Message ?? "The logout token could not be validated.");
        }

        // A token without typ is accepted: Dex sends none (§2.4 recommends it, §4 leaves it to the
        // deployment).
        if (!string.IsNullOrEmpty(valid.Typ) && !IsLogoutType(valid.Typ))
        {
            return new LogoutTokenResult.Refused(
                $"The logout token's typ is \"{LogText.Shown(valid.Typ)}\", not logout+jwt.");
        }

        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(valid.EncodedPayload));
        return FindError(claims.RootElement, valid) is { } error
            ? new LogoutTokenResult.Refused(error)
            : new LogoutTokenResult.Valid(Notice(claims.RootElement, valid));
    }

    private string? FindError(JsonElement claims, JsonWebToken token)
    {
        if (!claims.TryGetProperty("iat", out var issuedAt)
            || issuedAt.ValueKind != JsonValueKind.Number
            || token.IssuedAt == DateTime.MinValue)
        {
            return "The logout token has no iat, or not as a number.";
        }

        var age = time.GetUtcNow() - new DateTimeOffset(token.IssuedAt, TimeSpan.Zero);
        if (age < -Skew || age > MaxAge + Skew)
        {
            var iat = TokenExamination.Shown(new DateTimeOffset(token.IssuedAt, TimeSpan.Zero));
            var direction = age < TimeSpan.Zero ? "in the future" : "more than 10 minutes ago";
            return $"The logout token was issued {direction}: iat is {iat}, the gateway's clock says "
                + $"{TokenExamination.Shown(time.GetUtcNow())} (OIDC_CLOCK_TOLERANCE).";
        }

        if (!HasEvent(claims))
        {
            return claims.Member("events") is not null
                ? $"The logout token's events claim does not name the event {Event}."
                : "The logout token has no events claim.";
        }

        if (claims.TryGetProperty("nonce", out _))
        {
            return "The logout token has a nonce, as an ID token has; a logout token must not (§2.4).";
        }

        return FindSubjectError(claims);
    }

    private static string? FindSubjectError(JsonElement claims)
    {
        if (!TryReadText(claims, "sid", out var sid)
            || !TryReadText(claims, "sub", out var sub)
            || (sid is null && sub is null))
        {
            return "The logout token names neither a session (sid) nor a user (sub), or not as text.";
        }

        return !TryReadText(claims, "jti", out var id) || id is null
            ? "The logout token has no jti, or not as text."
            : null;
    }

    private LogoutNotice Notice(JsonElement claims, JsonWebToken token)
    {
        TryReadText(claims, "sid", out var sid);
        TryReadText(claims, "sub", out var sub);
        TryReadText(claims, "jti", out var id);
        var issuedAt = new DateTimeOffset(token.IssuedAt, TimeSpan.Zero);
        return new LogoutNotice
        {
            Issuer = token.Issuer,
            Subject = sub,
            ProviderSessionId = sid,
            IssuedAt = issuedAt,
            TokenId = id!,
            // The jti is remembered until the token is refused for its age, so that no replay is
            // possible.
            RememberUntil = issuedAt + MaxAge + Skew,
        };
    }

    private static bool IsLogoutType(string type) =>
        type.Equals("logout+jwt", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/logout+jwt", StringComparison.OrdinalIgnoreCase);

    private static bool HasEvent(JsonElement claims) =>
        claims.TryGetProperty("events", out var events)
        && events.ValueKind == JsonValueKind.Object
        && events.TryGetProperty(Event, out var member)
        && member.ValueKind == JsonValueKind.Object;

    /// <summary>
    /// False when the claim is present, but is not a string of 1 to 1,024 characters. A claim that is
    /// JSON null counts as absent.
    /// </summary>
    private static bool TryReadText(JsonElement claims, string name, out string? text)
    {
        text = null;
        if (claims.Member(name) is not { } value)
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: > 0 and <= IdTokenRules.MaxText };
    }
}
