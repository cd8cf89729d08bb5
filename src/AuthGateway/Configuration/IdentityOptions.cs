using AuthGateway.Configuration.Choices;

namespace AuthGateway.Configuration;

/// <summary>Maps claims to the identity headers sent upstream.</summary>
internal sealed record IdentityOptions
{
    public string UserIdHeader { get; init; } = "kubeflow-userid";
    public string UserIdPrefix { get; init; } = "";

    /// <summary>
    /// <c>USERID_CLAIM</c>: the first of these claims that has a value is the user id.
    /// </summary>
    public IReadOnlyList<string> UserIdClaims { get; init; } = ["email"];

    /// <summary><see cref="UserIdClaims"/> separated by commas, for messages.</summary>
    public string UserIdClaim => string.Join(", ", UserIdClaims);

    /// <summary>
    /// <c>USERID_LOWERCASE</c>: lower-cases the claim's value before prefix and transformers.
    /// Default false.
    /// </summary>
    public bool UserIdLowercase { get; init; }
    public IReadOnlyList<UserIdTransformer> UserIdTransformers { get; init; } = [];

    /// <summary>Empty when <c>GROUPS_HEADER=none</c>.</summary>
    public string GroupsHeader { get; init; } = DefaultGroupsHeader;

    /// <summary>Removed from client requests even when no groups are sent.</summary>
    public const string DefaultGroupsHeader = "kubeflow-groups";

    /// <summary>
    /// <c>GROUPS_HEADER_FILTER</c>: globs of the groups that are sent upstream; access rules see
    /// all groups. <c>["*"]</c> = all.
    /// </summary>
    public IReadOnlyList<string> GroupsHeaderFilter { get; init; } = ["*"];

    /// <summary>
    /// <c>GROUPS_CLAIM_SEPARATOR</c>: separator of groups in a claim that is one string; null = the
    /// string is one group.
    /// </summary>
    public string? GroupsSeparator { get; init; }

    /// <summary>Claim names or dotted paths; the union of their values is used.</summary>
    public IReadOnlyList<string> GroupsClaims { get; init; } = ["groups"];
    public GroupsFormat GroupsFormat { get; init; } = GroupsFormat.Comma;
    public string AuthMethodHeader { get; init; } = "Auth-Method";
    public string NameClaim { get; init; } = "name";
    public string EmailClaim { get; init; } = "email";

    /// <summary><c>CLAIM_HEADERS</c>: claim name or dotted path → header name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ClaimHeaders { get; init; } = [];

    /// <summary>
    /// <c>USERID_TOKEN_HEADER</c>: header that carries the raw ID token; null = off.
    /// </summary>
    public string? UserIdTokenHeader { get; init; }

    /// <summary>
    /// Adds <c>Authorization: Bearer &lt;id token&gt;</c> upstream. Default false.
    /// </summary>
    public bool ForwardIdToken { get; init; }

    /// <summary>
    /// Further client headers removed in in-line mode; a trailing <c>*</c> makes a prefix.
    /// </summary>
    public required IReadOnlyList<string> StripHeaders { get; init; }
}
