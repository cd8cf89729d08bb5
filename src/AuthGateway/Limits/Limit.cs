using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Limits;

/// <summary>One row of docs/limits.md.</summary>
/// <param name="Name">Name in the metric's label and in the log.</param>
/// <param name="Resource">Limited resource.</param>
/// <param name="OfConnection">Limit of one connection; empty for none.</param>
/// <param name="OfProcess">Limit of the whole process; empty for none.</param>
/// <param name="Happens">What the gateway does at the limit.</param>
/// <param name="Setting">Setting that changes the limit.</param>
/// <param name="Test">Test class that reaches the limit.</param>
internal sealed record Limit(
    string Name, string Resource, string OfConnection, string OfProcess, string Happens, string Setting, string Test)
{
    /// <summary>Metric with the current use; empty for none.</summary>
    public string Gauge { get; init; } = "";

    /// <summary>
    /// False when reaching the limit only makes a peer wait, without a metric or a log line.
    /// </summary>
    public bool IsCounted { get; init; } = true;
}
