namespace AuthGateway.Sessions;

/// <summary>What differs between this replica and the others, for <c>/readyz</c>; each sentence is logged when it first appears.</summary>
internal sealed class ReplicaNotes(ILogger<ReplicaNotes> logger)
{
    private volatile IReadOnlyList<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Set(IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Except(_lines, StringComparer.Ordinal))
        {
            logger.LogWarning("{Difference}", line);
        }

        _lines = lines;
    }
}
