using System.Text.Json;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.GoRegex;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads how claims map to identity headers.</summary>
internal static class IdentityReader
{
    public static IdentityOptions Read(SettingValues values) => new()
    {
        UserIdHeader = HeaderRules.Name(values, "USERID_HEADER", "kubeflow-userid"),
        UserIdPrefix = values.Text("USERID_PREFIX", ""),
        UserIdClaims = values.List("USERID_CLAIM") ?? ["email"],
        UserIdLowercase = values.Boolean("USERID_LOWERCASE", false),
        UserIdTransformers = ReadTransformers(values),
        GroupsHeader = ReadGroupsHeader(values),
        GroupsHeaderFilter = NameList.Read(values, "GROUPS_HEADER_FILTER") ?? ["*"],
        GroupsSeparator = ReadSeparator(values),
        GroupsClaims = values.List("GROUPS_CLAIM") ?? ["groups"],
        GroupsFormat = Enum.Parse<GroupsFormat>(values.Choice("GROUPS_FORMAT") ?? "comma", true),
        AuthMethodHeader = HeaderRules.Name(values, "AUTH_METHOD_HEADER", "Auth-Method"),
        NameClaim = values.Text("NAME_CLAIM", "name"),
        EmailClaim = values.Text("EMAIL_CLAIM", "email"),
        ClaimHeaders = ReadClaimHeaders(values),
        UserIdTokenHeader = values.Text("USERID_TOKEN_HEADER") is null
            ? null
            : HeaderRules.Name(values, "USERID_TOKEN_HEADER", "kubeflow-userid-token"),
        ForwardIdToken = values.Boolean("FORWARD_ID_TOKEN", false),
        StripHeaders = ReadStripHeaders(values),
    };

    /// <summary>
    /// Empty for <c>none</c> or <c>off</c> (as in <c>AUTH_HEADER</c>): no groups are sent.
    /// </summary>
    private static string ReadGroupsHeader(SettingValues values)
    {
        const string name = "GROUPS_HEADER";
        return values.Text(name)?.ToLowerInvariant() is "none" or "off"
            ? ""
            : HeaderRules.Name(values, name, IdentityOptions.DefaultGroupsHeader);
    }

    // A value of blanks counts as empty, so a blank is written as a word.
    private static string? ReadSeparator(SettingValues values) => values.Text("GROUPS_CLAIM_SEPARATOR") is { } text
        ? text.Equals("space", StringComparison.OrdinalIgnoreCase) ? " " : text
        : null;

    private static List<KeyValuePair<string, string>> ReadClaimHeaders(SettingValues values)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var piece in values.List("CLAIM_HEADERS") ?? [])
        {
            // A claim name may contain colons (a URL), a header name may not.
            var split = piece.LastIndexOf(':');
            if (split <= 0 || !HeaderRules.IsName(piece[(split + 1)..]))
            {
                values.Error("CLAIM_HEADERS", $"'{piece}' is not claim:Header-Name");
                continue;
            }

            headers.Add(new(piece[..split], piece[(split + 1)..]));
        }

        return headers;
    }

    private static IReadOnlyList<string> ReadStripHeaders(SettingValues values)
    {
        var headers = values.List("STRIP_HEADERS") ?? IdentitySettings.DefaultStripHeaders.Split(' ');
        foreach (var header in headers.Where(header => header == "*" || !HeaderRules.IsName(header.TrimEnd('*'))))
        {
            values.Error(
                "STRIP_HEADERS",
                $"'{header}' is neither a header name nor the beginning of one followed by *");
        }

        return headers;
    }

    private static List<UserIdTransformer> ReadTransformers(SettingValues values)
    {
        const string name = "USERID_TRANSFORMERS";
        var rules = new List<UserIdTransformer>();
        if (values.Text(name) is not { } json)
        {
            return rules;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var rule in document.RootElement.EnumerateArray())
            {
                var pattern = rule.GetProperty("matches").GetString() ?? "";
                var template = rule.GetProperty("replaces").GetString() ?? "";
                rules.Add(Re2Translator.Translate(pattern, template));
            }
        }
        catch (FormatException e)
        {
            values.Error(name, $"rule {rules.Count + 1}: {e.Message}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            values.Error(
                name,
                $"rule {rules.Count + 1}: not a JSON array of {{\"matches\": \"…\", \"replaces\": \"…\"}}");
        }

        return rules;
    }
}
