namespace AuthGateway.Sessions;

/// <summary>What differs between this replica and the others, for <c>/readyz</c>; each sentence is logged when it first appears.</summary>
internal sealed class ReplicaNotes(ILogger<ReplicaNotes> logger)
{
    private volatile IReadOnlyList<ReplicaDifference> _differences = [];

    /// <summary>A sentence each.</summary>
    public IEnumerable<string> Lines => _differences.Select(difference => difference.Text);

    public void Set(IReadOnlyList<ReplicaDifference> differences)
    {
        foreach (var difference in differences.ExceptBy(_differences.Select(known => known.Key), difference => difference.Key))
        {
            logger.LogWarning("{Difference}", difference.Text);
        }

        _differences = differences;
    }
}
