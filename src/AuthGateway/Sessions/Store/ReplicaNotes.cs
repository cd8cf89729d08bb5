namespace AuthGateway.Sessions.Store;

/// <summary>
/// The other replicas and the differences between them and this one, for <c>/readyz</c>. A new
/// difference is logged once.
/// </summary>
internal sealed class ReplicaNotes(ILogger<ReplicaNotes> logger)
{
    private volatile IReadOnlyList<ReplicaDifference> _differences = [];
    private volatile IReadOnlyList<string> _seen = [];

    /// <summary>
    /// A line for the replicas that were found last, and a sentence for each difference.
    /// </summary>
    public IEnumerable<string> Lines => [
        .. _seen.Count == 0 ? [] : new[] { $"Other replicas seen: {_seen.Count} ({string.Join(", ", _seen)})." },
        .. _differences.Select(difference => difference.Text)];

    /// <param name="differences">The differences to report.</param>
    /// <param name="seen">Name and version of each other replica of this gateway.</param>
    public void Set(IReadOnlyList<ReplicaDifference> differences, IReadOnlyList<string> seen)
    {
        _seen = seen;
        var known = _differences.Select(difference => difference.Key);
        foreach (var difference in differences.ExceptBy(known, difference => difference.Key))
        {
            logger.LogWarning("{Difference}", difference.Text);
        }

        _differences = differences;
    }
}
