using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthGateway.Configuration;
using AuthGateway.Model;

namespace AuthGateway.Oidc;

/// <summary>Makes an <see cref="Identity"/> of claims: from userinfo, then from the ID token; dotted paths reach nested claims.</summary>
internal sealed class ClaimsMapper(IdentityOptions identity, ProviderOptions provider, ILogger<ClaimsMapper> logger)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);

    /// <exception cref="LoginFailedException">The claims cannot identify the user; names the claim.</exception>
    public Identity Map(string idToken, JsonElement? userInfo)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(idToken.Split('.')[1]));
        return Map(payload.RootElement, userInfo);
    }

    /// <param name="token">Claims of a token that was validated, or what the provider said of it.</param>
    /// <param name="userInfo">Wins where both speak.</param>
    /// <exception cref="LoginFailedException">The claims cannot identify the user; names the claim.</exception>
    public Identity Map(JsonElement token, JsonElement? userInfo)
    {
        var claims = new Claims(userInfo, token);
        var rawId = UserId(claims);
        if (provider.EmailVerifiedRequired && !claims.IsTrue("email_verified"))
        {
            throw new LoginFailedException(LoginFailure.EmailUnverified);
        }

        return Name(rawId) with
        {
            Groups = Groups(claims),
            Subject = claims.Text("sub"),
            Name = claims.Text(identity.NameClaim),
            Email = claims.Text(identity.EmailClaim),
            ClaimHeaders = [.. ClaimHeaders(claims)],
        };
    }

    /// <summary>An identity of a name alone, after prefix and transformers (a Kubernetes user name has no claims).</summary>
    /// <exception cref="LoginFailedException">No header can carry it.</exception>
    public Identity Name(string rawId)
    {
        var userId = identity.UserIdPrefix + Transform(rawId);
        return HeaderText.IsVisible(userId) && !string.IsNullOrWhiteSpace(userId) && userId.Trim() == userId && userId.Length <= 1024
            ? new Identity { UserId = userId, RawUserId = rawId, ClaimHeaders = [.. identity.ClaimHeaders.Select(pair => new KeyValuePair<string, string>(pair.Value, ""))] }
            : throw new LoginFailedException(LoginFailure.ClaimInvalid, $"Claim {identity.UserIdClaim} (USERID_CLAIM) is empty, too long or holds characters that no header can carry.");
    }

    /// <summary>The groups that a header can carry, each once.</summary>
    public List<string> Groups(IEnumerable<string> found, string source)
    {
        var groups = new List<string>();
        foreach (var group in found)
        {
            if (group.Length == 0 || group.Trim() != group || !HeaderText.IsPrintable(group))
            {
                SayOnce("A group of claim {Claim} is dropped: it is empty or holds characters that no header can carry. Said once.", source);
            }
            else if (identity.GroupsFormat == GroupsFormat.Comma && group.Contains(',', StringComparison.Ordinal))
            {
                SayOnce("A group of claim {Claim} is dropped: it holds a comma; GROUPS_FORMAT=json carries such names. Said once.", source);
            }
            else if (!groups.Contains(group))
            {
                groups.Add(group);
            }
        }

        return groups;
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

    private string UserId(Claims claims)
    {
        var value = claims.Find(identity.UserIdClaim);
        if (value is null or { ValueKind: JsonValueKind.Null })
        {
            var names = string.Join(", ", claims.Names);
            throw new LoginFailedException(LoginFailure.ClaimMissing, $"Couldn't find userID claim in `{identity.UserIdClaim}' in userinfo or the ID token (USERID_CLAIM). Claims received: {names}. Add a mapper at the provider or choose another claim.");
        }

        return value.Value.ValueKind == JsonValueKind.String && value.Value.GetString() is { Length: > 0 } text
            ? text
            : throw new LoginFailedException(LoginFailure.ClaimInvalid, $"Claim {identity.UserIdClaim} (USERID_CLAIM) is no text or is empty.");
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

    private List<string> Groups(Claims claims) => [.. identity.GroupsClaims.SelectMany(claim => Groups(claims.Texts(claim), claim)).Distinct(StringComparer.Ordinal)];

    private IEnumerable<KeyValuePair<string, string>> ClaimHeaders(Claims claims) => identity.ClaimHeaders
        .Select(pair => new KeyValuePair<string, string>(pair.Value, Printable(claims.Text(pair.Key) ?? string.Join(',', Entries(claims, pair.Key)))));

    // A comma in one entry of a list would be two of them to whoever reads the header.
    private IEnumerable<string> Entries(Claims claims, string claim)
    {
        foreach (var text in claims.Texts(claim))
        {
            if (!text.Contains(',', StringComparison.Ordinal))
            {
                yield return text;
                continue;
            }

            SayOnce("An entry of claim {Claim} is dropped from its header: it holds a comma. Said once.", claim);
        }
    }

    // Blank, not absent: a header that an Envoy copies must overwrite what the client sent.
    private static string Printable(string text) => HeaderText.IsPrintable(text) ? text : "";
}
