namespace AuthGateway.Configuration;

/// <summary>Which claims become which headers.</summary>
internal sealed record IdentityOptions
{
    public string UserIdHeader { get; init; } = "kubeflow-userid";
    public string UserIdPrefix { get; init; } = "";
    public string UserIdClaim { get; init; } = "email";
    public IReadOnlyList<UserIdTransformer> UserIdTransformers { get; init; } = [];
    public string GroupsHeader { get; init; } = "kubeflow-groups";

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
