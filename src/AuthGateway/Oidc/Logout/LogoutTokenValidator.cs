using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Logout;

/// <summary>
/// Validates a logout token (OIDC Back-Channel Logout 1.0 §2.6). Signature, algorithm, key, issuer, audience and end as for an ID token; a token with
/// more audiences than ours counts, because refusing it would leave a session open. Whether its id was seen before, the store says.
/// </summary>
internal sealed class LogoutTokenValidator(ProviderOptions provider, ProviderMetadata metadata, TimeProvider time)
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    /// <summary>Longest <c>sub</c>, <c>sid</c> and <c>jti</c>, characters; longer ones make no session either.</summary>

    /// <summary>Older tokens are refused; its id and its tombstone are kept as long.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private TimeSpan Skew => provider.ClockTolerance;

    private readonly ProviderTokenHandler _handler = new(provider, metadata) { Source = TokenSource.Logout, Kind = "logout token" };

    public async Task<LogoutTokenResult> ValidateAsync(string token)
    {
        if (!metadata.TryGet(out _))
        {
            return new LogoutTokenResult.Refused("The provider is not known to the gateway yet.");
        }

        var result = await _handler.ValidateSignedAsync(token, new TokenValidationParameters());
        if (!result.IsValid || result.SecurityToken is not JsonWebToken valid)
        {
            return new LogoutTokenResult.Refused(result.Exception?.Message ?? "The logout token could not be validated.");
        }

        // Typed, or not at all: Dex sends no typ (§2.4 recommends it, §4 leaves it to the deployment).
        if (!string.IsNullOrEmpty(valid.Typ) && !IsLogoutType(valid.Typ))
        {
            return new LogoutTokenResult.Refused($"The logout token's typ is \"{LogText.Shown(valid.Typ)}\", not logout+jwt.");
        }

        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(valid.EncodedPayload));
        return FlawOf(claims.RootElement, valid) is { } flaw ? new LogoutTokenResult.Refused(flaw) : new LogoutTokenResult.Valid(Notice(claims.RootElement, valid));
    }

    private string? FlawOf(JsonElement claims, JsonWebToken token)
    {
        if (!claims.TryGetProperty("iat", out var issuedAt) || issuedAt.ValueKind != JsonValueKind.Number || token.IssuedAt == DateTime.MinValue)
        {
            return "The logout token has no iat, or not as a number.";
        }

        var age = time.GetUtcNow() - new DateTimeOffset(token.IssuedAt, TimeSpan.Zero);
        if (age < -Skew || age > MaxAge + Skew)
        {
            var iat = TokenExamination.Shown(new DateTimeOffset(token.IssuedAt, TimeSpan.Zero));
            return $"The logout token was issued {(age < TimeSpan.Zero ? "in the future" : "more than 10 minutes ago")}: iat is {iat}, the gateway's clock says {TokenExamination.Shown(time.GetUtcNow())} (OIDC_CLOCK_TOLERANCE).";
        }

        if (!HasEvent(claims))
        {
            return claims.TryGetProperty("events", out _)
                ? $"The logout token's events claim does not name the event {Event}."
                : "The logout token has no events claim.";
        }

        if (claims.TryGetProperty("nonce", out _))
        {
            return "The logout token has a nonce, as an ID token has; a logout token must not (§2.4).";
        }

        return FlawOfNames(claims);
    }

    private static string? FlawOfNames(JsonElement claims)
    {
        if (!TryReadText(claims, "sid", out var sid) || !TryReadText(claims, "sub", out var sub) || (sid is null && sub is null))
        {
            return "The logout token names neither a session (sid) nor a user (sub), or not as text.";
        }

        return !TryReadText(claims, "jti", out var id) || id is null ? "The logout token has no jti, or not as text." : null;
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
            // Until this token is refused for its age: so that no replay outlives the memory of it.
            RememberUntil = issuedAt + MaxAge + Skew,
        };
    }

    private static bool IsLogoutType(string type) =>
        type.Equals("logout+jwt", StringComparison.OrdinalIgnoreCase) || type.Equals("application/logout+jwt", StringComparison.OrdinalIgnoreCase);

    private static bool HasEvent(JsonElement claims) => claims.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Object
        && events.TryGetProperty(Event, out var member) && member.ValueKind == JsonValueKind.Object;

    /// <summary>False when it is there and is no text of sensible length.</summary>
    private static bool TryReadText(JsonElement claims, string name, out string? text)
    {
        text = null;
        if (!claims.TryGetProperty(name, out var value))
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is { Length: > 0 and <= IdTokenRules.MaxText };
    }
}

/// <summary>What a logout token turned out to be.</summary>
internal abstract record LogoutTokenResult
{
    private LogoutTokenResult()
    {
    }

    internal sealed record Valid(LogoutNotice Notice) : LogoutTokenResult;

    /// <param name="Reason">A sentence of ours, fit for the answer and the log.</param>
    internal sealed record Refused(string Reason) : LogoutTokenResult;
}
