namespace AuthGateway.Access;

/// <summary>Who a request belongs to, after prefix and transformers.</summary>
internal sealed record Identity
{
    /// <summary>What <c>USERID_HEADER</c> carries: printable, never empty (invariant I5).</summary>
    public required string UserId { get; init; }

    /// <summary>The user id claim before prefix and transformers.</summary>
    public required string RawUserId { get; init; }

    /// <summary>All groups that the provider sent, for rules; a header leaves out what it cannot carry.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Why groups may be missing: a sentence for the page and log of a refusal. Null when nothing is known to be missing.</summary>
    public string? GroupsNote { get; init; }

    /// <summary>Immutable id at the provider (<c>sub</c>).</summary>
    public string? Subject { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>Uid of a Kubernetes token; only TokenReview has one.</summary>
    public string? Uid { get; init; }

    /// <summary>Further headers of <c>CLAIM_HEADERS</c>: header name → value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ClaimHeaders { get; init; } = [];

    /// <summary>The headers of this identity as they go on the wire, made once by the pipeline; never stored.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>[]? WireHeaders { get; set; }

    /// <summary>Bytes of <see cref="WireHeaders"/>, names included; never stored.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int WireLength { get; set; }
}
