using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Maps claims to an <see cref="Identity"/>. Userinfo takes precedence over the ID token; dotted
/// paths select nested claims.
/// </summary>
internal sealed class ClaimsMapper(IdentityOptions identity, ProviderOptions provider, ILogger<ClaimsMapper> logger)
{
    private readonly ConcurrentDictionary<string, bool> _logged = new(StringComparer.Ordinal);
    private readonly GroupClaims _groups = new(identity);

    /// <summary>
    /// Maps claims of a validated token, or of the provider's response about a token.
    /// </summary>
    /// <param name="token">The claims.</param>
    /// <param name="userInfo">
    /// The userinfo response; its claims take precedence. Null when there is none.
    /// </param>
    public ClaimsResult Map(JsonElement token, JsonElement? userInfo)
    {
        var claims = new Claims(userInfo, token);
        if (FindUserId(claims, out var problem) is not { } rawId)
        {
            return problem!;
        }

        if (!IsVerifiedEnough(claims))
        {
            return new ClaimsResult.Unusable(ClaimsProblem.EmailUnverified);
        }

        var named = Name(rawId);
        if (named is not ClaimsResult.Mapped { Identity: var name })
        {
            return named;
        }

        var groups = _groups.Read(claims, out var note);
        return new ClaimsResult.Mapped(name with
        {
            Groups = groups,
            GroupsNote = note,
            Subject = claims.Text("sub"),
            Name = claims.Read(identity.NameClaim).First,
            Email = claims.Read(identity.EmailClaim).First,
            ClaimHeaders = MapHeaders(claim => HeaderOf(claims, claim)),
        });
    }

    private bool IsVerifiedEnough(Claims claims) => claims.IsTrue("email_verified")
        || !(provider.EmailVerifiedRequired
            || (provider.RefusesUnverifiedEmail && claims.Find("email_verified") is not null));

    /// <summary>
    /// Maps a bare user name through prefix and transformers. A Kubernetes user name has no claims.
    /// </summary>
    public ClaimsResult Name(string rawId)
    {
        var name = Transform(rawId);
        if (name.Length == 0 && rawId.Length > 0)
        {
            return new ClaimsResult.Unusable(
                ClaimsProblem.NotAllowed,
                $"\"{LogText.Of(rawId)}\" ({identity.UserIdClaim}) is not of a domain that may log in here: "
                + "the rules for user ids (USERID_TRANSFORMERS) leave nothing of it.");
        }

        var userId = identity.UserIdPrefix + name;
        var isUsable = HeaderText.IsVisible(userId)
            && !string.IsNullOrWhiteSpace(userId)
            && userId.Trim() == userId
            && userId.Length <= 1024;
        return isUsable
            ? new ClaimsResult.Mapped(
                new Identity { UserId = userId, RawUserId = rawId, ClaimHeaders = MapHeaders(_ => "") })
            : new ClaimsResult.Unusable(
                ClaimsProblem.ClaimInvalid,
                $"Claim {identity.UserIdClaim} (USERID_CLAIM) is empty, too long or holds characters "
                + "that no header can carry.");
    }

    private List<KeyValuePair<string, string>> MapHeaders(Func<string, string> valueOf) =>
        [.. identity.ClaimHeaders.Select(pair => KeyValuePair.Create(pair.Value, valueOf(pair.Key)))];

    // Bearer tokens are mapped on each request: repeated warnings would hide the rest of the log.
    private void LogOnce(string sentence, string source)
    {
        if (_logged.TryAdd(sentence + source, true))
        {
#pragma warning disable CA2254 // The sentences are constants of this class.
            logger.LogWarning(sentence, source);
#pragma warning restore CA2254
        }
    }

    /// <summary>
    /// The first claim of <c>USERID_CLAIM</c> with a value: a string, a number, or the first entry
    /// of a list.
    /// </summary>
    private string? FindUserId(Claims claims, out ClaimsResult.Unusable? problem)
    {
        problem = null;
        string? unusable = null;
        foreach (var claim in identity.UserIdClaims)
        {
            var value = claims.Read(claim);
            if (value.First is { } text)
            {
                return identity.UserIdLowercase ? text.ToLowerInvariant() : text;
            }

            unusable ??= value.Shape == ClaimShape.Absent ? null : claim;
        }

        if (unusable is not null)
        {
            problem = new ClaimsResult.Unusable(
                ClaimsProblem.ClaimInvalid, $"Claim {unusable} (USERID_CLAIM) is no text or is empty.");
            return null;
        }

        problem = new ClaimsResult.Unusable(
            ClaimsProblem.ClaimMissing,
            $"Couldn't find userID claim in `{identity.UserIdClaim}' in userinfo or the ID token (USERID_CLAIM). "
            + $"Claims received: {HeaderText.Shown([.. claims.Names])}. "
            + "Add a mapper at the provider or choose another claim.");
        return null;
    }

    private string Transform(string userId)
    {
        foreach (var rule in identity.UserIdTransformers)
        {
            if (rule.Pattern.IsMatch(userId))
            {
                return ReplaceAll(rule.Pattern, userId, rule.Replacement);
            }
        }

        return userId;
    }

    // Replaces as Go's regexp does: an empty match directly after the previous match is ignored.
    private static string ReplaceAll(Regex pattern, string text, string template)
    {
        var result = new StringBuilder();
        var end = 0;
        foreach (Match match in pattern.Matches(text))
        {
            result.Append(text, end, match.Index - end);
            if (match.Index + match.Length > end || match.Index == 0)
            {
                result.Append(match.Result(template));
            }

            end = match.Index + match.Length;
        }

        return result.Append(text, end, text.Length - end).ToString();
    }

    private string HeaderOf(Claims claims, string claim)
    {
        var value = claims.Read(claim);
        if (value.LeftOut is not null)
        {
            LogOnce(
                "Part of claim {Claim} is left out of its header: it is no text, number or boolean, and has no name. "
                + "Logged once.",
                claim);
        }

        var list = value.Shape == ClaimShape.List ? Entries(value, claim) : value.Entries;
        var text = value.Json ?? string.Join(',', list);
        if (HeaderText.IsPrintable(text))
        {
            return text;
        }

        // The header is set to an empty value, not left absent: when Envoy copies it, it must
        // replace the client's value.
        LogOnce("The header of claim {Claim} is left blank: the value has control characters. Logged once.", claim);
        return "";
    }

    // A reader of the header would split an entry that contains a comma into two.
    private IEnumerable<string> Entries(ClaimValue list, string claim)
    {
        foreach (var text in list.Entries)
        {
            if (!text.Contains(',', StringComparison.Ordinal))
            {
                yield return text;
                continue;
            }

            LogOnce("An entry of claim {Claim} is dropped from its header: it holds a comma. Logged once.", claim);
        }
    }
}
