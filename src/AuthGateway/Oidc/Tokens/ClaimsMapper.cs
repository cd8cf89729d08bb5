using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Makes an <see cref="Identity"/> of claims: from userinfo, then from the ID token; dotted paths reach nested claims.</summary>
internal sealed class ClaimsMapper(IdentityOptions identity, ProviderOptions provider, ILogger<ClaimsMapper> logger)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);
    private readonly GroupClaims _groups = new(identity);

    /// <summary>The identity in a validated ID token and the userinfo answer.</summary>
    public ClaimsResult Map(string idToken, JsonElement? userInfo)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(idToken.Split('.')[1]));
        return Map(payload.RootElement, userInfo);
    }

    /// <param name="token">Claims of a token that was validated, or what the provider said of it.</param>
    /// <param name="userInfo">Wins where both speak.</param>
    public ClaimsResult Map(JsonElement token, JsonElement? userInfo)
    {
        var claims = new Claims(userInfo, token);
        if (UserId(claims, out var problem) is not { } rawId)
        {
            return problem!;
        }

        if (provider.EmailVerifiedRequired && !claims.IsTrue("email_verified"))
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
            ClaimHeaders = [.. identity.ClaimHeaders.Select(pair => new KeyValuePair<string, string>(pair.Value, HeaderOf(claims, pair.Key)))],
        });
    }

    /// <summary>An identity of a name alone, after prefix and transformers (a Kubernetes user name has no claims).</summary>
    public ClaimsResult Name(string rawId)
    {
        var name = Transform(rawId);
        if (name.Length == 0 && rawId.Length > 0)
        {
            return new ClaimsResult.Unusable(ClaimsProblem.NotAllowed, $"\"{LogText.Of(rawId)}\" ({identity.UserIdClaim}) is not of a domain that may log in here: the rules for user ids (USERID_TRANSFORMERS) leave nothing of it.");
        }

        var userId = identity.UserIdPrefix + name;
        return HeaderText.IsVisible(userId) && !string.IsNullOrWhiteSpace(userId) && userId.Trim() == userId && userId.Length <= 1024
            ? new ClaimsResult.Mapped(new Identity { UserId = userId, RawUserId = rawId, ClaimHeaders = [.. identity.ClaimHeaders.Select(pair => new KeyValuePair<string, string>(pair.Value, ""))] })
            : new ClaimsResult.Unusable(ClaimsProblem.ClaimInvalid, $"Claim {identity.UserIdClaim} (USERID_CLAIM) is empty, too long or holds characters that no header can carry.");
    }

    // Bearer tokens are mapped on each request: one line tells it, a thousand hide the rest of the log.
    private void SayOnce(string sentence, string source)
    {
        if (_said.TryAdd(sentence + source, true))
        {
#pragma warning disable CA2254 // The sentences are constants of this class.
            logger.LogWarning(sentence, source);
#pragma warning restore CA2254
        }
    }

    /// <summary>The first claim of <c>USERID_CLAIM</c> that has a value: a text, a number, or the first entry of a list.</summary>
    private string? UserId(Claims claims, out ClaimsResult.Unusable? problem)
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
            problem = new ClaimsResult.Unusable(ClaimsProblem.ClaimInvalid, $"Claim {unusable} (USERID_CLAIM) is no text or is empty.");
            return null;
        }

        problem = new ClaimsResult.Unusable(
            ClaimsProblem.ClaimMissing,
            $"Couldn't find userID claim in `{identity.UserIdClaim}' in userinfo or the ID token (USERID_CLAIM). Claims received: {string.Join(", ", claims.Names)}. "
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

    // As Go replaces: an empty match that touches the match before it does not count.
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
            SayOnce("Part of claim {Claim} is left out of its header: it is no text, number or boolean, and has no name. Said once.", claim);
        }

        var text = value.Json ?? (value.Shape == ClaimShape.List ? string.Join(',', Entries(value, claim)) : string.Concat(value.Entries));
        if (HeaderText.IsPrintable(text))
        {
            return text;
        }

        // Blank, not absent: a header that an Envoy copies must overwrite what the client sent.
        SayOnce("The header of claim {Claim} is left blank: the value has control characters. Said once.", claim);
        return "";
    }

    // A comma in one entry of a list would be two of them to whoever reads the header.
    private IEnumerable<string> Entries(ClaimValue list, string claim)
    {
        foreach (var text in list.Entries)
        {
            if (!text.Contains(',', StringComparison.Ordinal))
            {
                yield return text;
                continue;
            }

            SayOnce("An entry of claim {Claim} is dropped from its header: it holds a comma. Said once.", claim);
        }
    }
}
