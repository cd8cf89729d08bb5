using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings that map claims to identity headers.</summary>
internal static class IdentitySettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("USERID_HEADER", Header, "kubeflow-userid",
            "Header that carries the user id upstream.") { Source = "oidc-authservice" },
        new("USERID_PREFIX", Text, "", "Prefix of the user id.") { Source = "oidc-authservice" },
        new("USERID_CLAIM", List, "email",
            "Claims that may be the user id: the first that has a value is used (a string, a number, or the first "
            + "entry of an array).") { Source = "oidc-authservice" },
        new("USERID_LOWERCASE", SettingType.Boolean, "false",
            "Convert the user id to lower case, before prefix and transformers."),
        new("USERID_TRANSFORMERS", Json, "",
            "JSON array of {\"matches\": pattern, \"replaces\": template}; the first pattern that matches anywhere "
            + "is applied.") { Source = "oidc-authservice" },
        new("USERID_TOKEN_HEADER", Header, "",
            "Header that carries the raw ID token upstream; empty = off. Every application receives the token.")
        { Source = "oidc-authservice" },
        new("GROUPS_HEADER", Header, "kubeflow-groups",
            "Header that carries the groups upstream; none = no groups are sent.") { Source = "oidc-authservice" },
        new("GROUPS_HEADER_FILTER", List, "*",
            "Groups that are sent in GROUPS_HEADER: names or globs, separated by commas (\\, is a comma inside a "
            + "name), or a JSON array. Access rules see all groups."),
        new("GROUPS_CLAIM", List, "groups",
            "Claims (or dotted paths) whose values are the groups; their union is used. Member names of an object "
            + "are groups.") { Source = "oidc-authservice" },
        new("GROUPS_CLAIM_SEPARATOR", Text, "",
            "Separator of groups in a claim that is one string, for example a comma; the word space is a blank. "
            + "Empty: the string is one group."),
        new("GROUPS_FORMAT", Choice, "comma",
            "How several groups are written; repeat (one header with several values, joined by commas in HTTP/1.1) "
            + "is for in-line mode only.") { Choices = ["comma", "json", "repeat"] },
        new("AUTH_METHOD_HEADER", Header, "Auth-Method",
            "Header that carries cookie or header: where the credential was found.") { Source = "oidc-authservice" },
        new("NAME_CLAIM", Text, "name", "Claim with the display name."),
        new("EMAIL_CLAIM", Text, "email", "Claim with the e-mail address."),
        new("CLAIM_HEADERS", List, "", "Further claims as headers: claim:Header-Name,…"),
        new("FORWARD_ID_TOKEN", SettingType.Boolean, "false",
            "Add Authorization: Bearer <ID token> upstream (Kubeflow 1.9 and later)."),
        new("STRIP_HEADERS", List, DefaultStripHeaders,
            "Client headers removed in in-line mode; a trailing * makes a prefix."),
    ];

    public const string DefaultStripHeaders =
        "Impersonate-* X-Forwarded-User X-Forwarded-Email X-Forwarded-Groups X-Forwarded-Preferred-Username "
        + "X-Forwarded-Access-Token "
        + "X-Auth-Request-* Remote-User Remote-Groups Remote-Email Remote-Name X-WEBAUTH-* "
        + "X-Goog-Authenticated-User-* X-Goog-IAP-* "
        + "X-Endpoint-API-UserInfo X-Apigateway-Api-Userinfo Cf-Access-Jwt-Assertion Cf-Access-Authenticated-User-* "
        + "X-Amzn-Oidc-* X-Amzn-Mtls-* X-MS-CLIENT-PRINCIPAL* X-MS-TOKEN-* X-Pomerium-* X-authentik-* Tailscale-* "
        + "Teleport-Jwt-Assertion "
        + "X-Vouch-* OIDC-* Shib-* SM-User OAM-Remote-User iv-user iv-groups iv-creds";
}
