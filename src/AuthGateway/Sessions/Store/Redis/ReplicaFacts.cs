using System.Text.Json.Serialization;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// The facts that a replica announces: digests of the settings that must agree, never their values,
/// and its clock.
/// </summary>
internal sealed record ReplicaFacts
{
    /// <summary>Random id, new for each start.</summary>
    public required string Id { get; init; }

    /// <summary>The host name; in Kubernetes the pod's name.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Issuer { get; init; }

    public required string Client { get; init; }

    public required string PublicUrl { get; init; }

    public required string Prefix { get; init; }

    /// <summary>Digests of every secret that opens sessions, newest first.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>How far its clock is ahead of the clock of Redis.</summary>
    public long ClockAheadMilliseconds { get; init; }

    public override string ToString() => $"{Name} ({Version})";
}

[JsonSerializable(typeof(ReplicaFacts))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ReplicaJson : JsonSerializerContext;
