namespace AuthGateway.Sessions.Store.Redis;

/// <summary>What one look at the replicas on this Redis showed.</summary>
/// <param name="Others">Those that announced themselves within the last 30 s, this one left out.</param>
/// <param name="ClockAhead">How far our clock is ahead of Redis's.</param>
/// <param name="Doubt">By how much that may be wrong: half of the time that the look took.</param>
internal sealed record ReplicaView(IReadOnlyList<ReplicaFacts> Others, TimeSpan ClockAhead, TimeSpan Doubt)
{
    /// <summary>Name and version of those that share our sessions.</summary>
    public IReadOnlyList<string> NamesOf(ReplicaFacts own) => [.. Others.Where(other => other.Prefix == own.Prefix).Select(other => other.ToString())];
}
