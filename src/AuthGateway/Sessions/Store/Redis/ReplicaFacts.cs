using System.Text.Json.Serialization;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>What a replica tells the others of itself: digests of the settings that must agree, never their values, and its clock.</summary>
internal sealed record ReplicaFacts
{
    /// <summary>Random, one for each start.</summary>
    public required string Id { get; init; }

    /// <summary>The host's name; in Kubernetes the pod's.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Issuer { get; init; }

    public required string Client { get; init; }

    public required string PublicUrl { get; init; }

    public required string Prefix { get; init; }

    /// <summary>Of every secret that opens, newest first.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>How far its clock is ahead of the clock of Redis.</summary>
    public long ClockAheadMilliseconds { get; init; }

    public override string ToString() => $"{Name} ({Version})";
}

[JsonSerializable(typeof(ReplicaFacts))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ReplicaJson : JsonSerializerContext;
