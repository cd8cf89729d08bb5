using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Which claims become which headers.</summary>
internal static class IdentitySettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("USERID_HEADER", Header, "kubeflow-userid", "Header that carries the user id upstream.") { Source = "G1" },
        new("USERID_PREFIX", Text, "", "Put before the user id.") { Source = "G1" },
        new("USERID_CLAIM", List, "email", "Claims that may be the user id: the first that has a value is taken (a text, a number, or the first entry of a list).") { Source = "G1" },
        new("USERID_LOWERCASE", SettingType.Boolean, "false", "Write the user id in small letters, before prefix and transformers."),
        new("USERID_TRANSFORMERS", Json, "", "JSON array of {\"matches\": pattern, \"replaces\": template}; the first pattern that matches anywhere is applied.") { Source = "G5" },
        new("USERID_TOKEN_HEADER", Header, "", "Header that carries the raw ID token upstream; empty is off. Every application gets the token.") { Source = "G1, G2" },
        new("GROUPS_HEADER", Header, "kubeflow-groups", "Header that carries the groups upstream; none sends no groups.") { Source = "G4" },
        new("GROUPS_HEADER_FILTER", List, "*", "Groups that are sent in GROUPS_HEADER: names or globs, apart by commas (\\, is a comma inside a name), or a JSON array. Rules see all groups."),
        new("GROUPS_CLAIM", List, "groups", "Claims (or dotted paths) whose values are the groups; their union is used. An object's member names are groups.") { Source = "G4" },
        new("GROUPS_CLAIM_SEPARATOR", Text, "", "What separates several groups in a claim that is one text, for example a comma; the word space is a blank. Empty: the text is one group."),
        new("GROUPS_FORMAT", Choice, "comma", "How several groups are written; repeat (values of one header, joined by a comma on the wire of HTTP/1.1) is for in-line mode only.") { Choices = ["comma", "json", "repeat"] },
        new("AUTH_METHOD_HEADER", Header, "Auth-Method", "Header that says cookie or header.") { Source = "G6" },
        new("NAME_CLAIM", Text, "name", "Claim that is the display name."),
        new("EMAIL_CLAIM", Text, "email", "Claim that is the e-mail."),
        new("CLAIM_HEADERS", List, "", "More claims as headers: claim:Header-Name,…"),
        new("FORWARD_ID_TOKEN", SettingType.Boolean, "false", "Add Authorization: Bearer <ID token> upstream (Kubeflow 1.9 and later)."),
        new("STRIP_HEADERS", List, DefaultStripHeaders, "Client headers that never pass in-line; a trailing * is a prefix."),
    ];

    public const string DefaultStripHeaders =
        "Impersonate-* X-Forwarded-User X-Forwarded-Email X-Forwarded-Groups X-Forwarded-Preferred-Username X-Forwarded-Access-Token "
        + "X-Auth-Request-* Remote-User Remote-Groups Remote-Email Remote-Name X-WEBAUTH-* X-Goog-Authenticated-User-* X-Goog-IAP-* "
        + "X-Endpoint-API-UserInfo X-Apigateway-Api-Userinfo Cf-Access-Jwt-Assertion Cf-Access-Authenticated-User-* "
        + "X-Amzn-Oidc-* X-Amzn-Mtls-* X-MS-CLIENT-PRINCIPAL* X-MS-TOKEN-* X-Pomerium-* X-authentik-* Tailscale-* Teleport-Jwt-Assertion "
        + "X-Vouch-* OIDC-* Shib-* SM-User OAM-Remote-User iv-user iv-groups iv-creds";
}
