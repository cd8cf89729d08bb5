namespace AuthGateway.Cli.Checks;

/// <summary>One problem and its next step. Never contains a secret.</summary>
internal sealed record CheckFinding(string Area, string Problem, string NextStep)
{
    /// <summary>One of <see cref="FindingLevel"/>; default <c>warning</c>.</summary>
    public string Level { get; init; } = FindingLevel.Warning;
}
