namespace AuthGateway.Sessions.Store;

/// <summary>The other replicas, and what differs between them and this one, for <c>/readyz</c>; each difference is logged when it first appears.</summary>
internal sealed class ReplicaNotes(ILogger<ReplicaNotes> logger)
{
    private volatile IReadOnlyList<ReplicaDifference> _differences = [];
    private volatile IReadOnlyList<string> _seen = [];

    /// <summary>The other replicas that were seen last, and a sentence for each difference.</summary>
    public IEnumerable<string> Lines => [
        .. _seen.Count == 0 ? [] : new[] { $"Other replicas seen: {_seen.Count} ({string.Join(", ", _seen)})." },
        .. _differences.Select(difference => difference.Text)];

    /// <param name="differences">What differs.</param>
    /// <param name="seen">Name and version of each other replica of this gateway.</param>
    public void Set(IReadOnlyList<ReplicaDifference> differences, IReadOnlyList<string> seen)
    {
        _seen = seen;
        foreach (var difference in differences.ExceptBy(_differences.Select(known => known.Key), difference => difference.Key))
        {
            logger.LogWarning("{Difference}", difference.Text);
        }

        _differences = differences;
    }
}
