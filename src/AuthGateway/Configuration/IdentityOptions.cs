namespace AuthGateway.Configuration;

/// <summary>Which claims become which headers.</summary>
internal sealed record IdentityOptions
{
    public string UserIdHeader { get; init; } = "kubeflow-userid";
    public string UserIdPrefix { get; init; } = "";

    /// <summary><c>USERID_CLAIM</c>: the first of these claims that has a value is the user id.</summary>
    public IReadOnlyList<string> UserIdClaims { get; init; } = ["email"];

    /// <summary><c>USERID_CLAIM</c> in words, for messages.</summary>
    public string UserIdClaim => string.Join(", ", UserIdClaims);

    /// <summary><c>USERID_LOWERCASE</c>: the claim's value in small letters, before prefix and transformers.</summary>
    public bool UserIdLowercase { get; init; }
    public IReadOnlyList<UserIdTransformer> UserIdTransformers { get; init; } = [];

    /// <summary>Empty when <c>GROUPS_HEADER=none</c>.</summary>
    public string GroupsHeader { get; init; } = DefaultGroupsHeader;

    /// <summary>Never passes from a client, even while no groups are sent.</summary>
    public const string DefaultGroupsHeader = "kubeflow-groups";

    /// <summary><c>GROUPS_HEADER_FILTER</c>: globs of the groups that travel; rules see all. <c>["*"]</c> = all.</summary>
    public IReadOnlyList<string> GroupsHeaderFilter { get; init; } = ["*"];

    /// <summary><c>GROUPS_CLAIM_SEPARATOR</c>: what separates groups inside a claim that is one text; null = it is one group.</summary>
    public string? GroupsSeparator { get; init; }

    /// <summary>Claim names or dotted paths; the union of their values is used.</summary>
    public IReadOnlyList<string> GroupsClaims { get; init; } = ["groups"];
    public GroupsFormat GroupsFormat { get; init; } = GroupsFormat.Comma;
    public string AuthMethodHeader { get; init; } = "Auth-Method";
    public string NameClaim { get; init; } = "name";
    public string EmailClaim { get; init; } = "email";

    /// <summary><c>CLAIM_HEADERS</c>: claim name or dotted path → header name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ClaimHeaders { get; init; } = [];

    /// <summary><c>USERID_TOKEN_HEADER</c>: the raw ID token, empty = off.</summary>
    public string? UserIdTokenHeader { get; init; }

    /// <summary>Adds <c>Authorization: Bearer &lt;id token&gt;</c> upstream. Default false.</summary>
    public bool ForwardIdToken { get; init; }

    /// <summary>Further client headers that never pass in-line; a trailing <c>*</c> is a prefix.</summary>
    public required IReadOnlyList<string> StripHeaders { get; init; }
}

internal enum GroupsFormat { Comma, Json, Repeat }

/// <summary>One rule of <c>USERID_TRANSFORMERS</c>: the first whose pattern matches anywhere replaces all its matches.</summary>
internal sealed record UserIdTransformer(System.Text.RegularExpressions.Regex Pattern, string Replacement);
