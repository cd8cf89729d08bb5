namespace AuthGateway.Sessions.Store.Redis;

/// <summary>The replicas that were found on this Redis at one time.</summary>
/// <param name="Others">
/// Replicas that announced themselves within the last 30 s, without this one.
/// </param>
/// <param name="ClockAhead">How far this host's clock is ahead of the clock of Redis.</param>
/// <param name="Doubt">Uncertainty of that: half of the time that the call took.</param>
internal sealed record ReplicaView(IReadOnlyList<ReplicaFacts> Others, TimeSpan ClockAhead, TimeSpan Doubt)
{
    /// <summary>Returns name and version of the replicas with the same prefix.</summary>
    public IReadOnlyList<string> NamesOf(ReplicaFacts own) =>
        [.. Others.Where(other => other.Prefix == own.Prefix).Select(other => other.ToString())];
}
