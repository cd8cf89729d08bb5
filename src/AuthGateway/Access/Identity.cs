namespace AuthGateway.Access;

/// <summary>The user of a request, after user id prefix and transformers.</summary>
internal sealed record Identity
{
    /// <summary>The value of <c>USERID_HEADER</c>: printable, never empty.</summary>
    public required string UserId { get; init; }

    /// <summary>The user id claim before prefix and transformers.</summary>
    public required string RawUserId { get; init; }

    /// <summary>
    /// All groups of the provider, for access rules. <c>GROUPS_HEADER</c> omits those that a header
    /// cannot carry.
    /// </summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>
    /// Why groups may be missing: a sentence for the page and the log of a refusal. Null when no
    /// groups are known to be missing.
    /// </summary>
    public string? GroupsNote { get; init; }

    /// <summary>Immutable user id at the provider (<c>sub</c>).</summary>
    public string? Subject { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>Uid of the token's Kubernetes user. Only TokenReview returns one.</summary>
    public string? Uid { get; init; }

    /// <summary>Further headers of <c>CLAIM_HEADERS</c>: header name → value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ClaimHeaders { get; init; } = [];

    /// <summary>
    /// The identity headers as they are sent, created once by the pipeline. Never stored.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>[]? WireHeaders { get; set; }

    /// <summary>
    /// Length of <see cref="WireHeaders"/> in bytes, names included. Never stored.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int WireLength { get; set; }
}
