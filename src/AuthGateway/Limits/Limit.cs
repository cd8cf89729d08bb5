using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Limits;

/// <summary>One row of docs/limits.md.</summary>
/// <param name="Name">As the metric's label and the log have it.</param>
/// <param name="Resource">What is bounded.</param>
/// <param name="OfConnection">How much one connection may hold; empty for no bound.</param>
/// <param name="OfProcess">How much all of them may hold together; empty for no bound.</param>
/// <param name="Happens">What the gateway does at the limit.</param>
/// <param name="Setting">What changes it.</param>
/// <param name="Test">The test that goes there.</param>
internal sealed record Limit(string Name, string Resource, string OfConnection, string OfProcess, string Happens, string Setting, string Test)
{
    /// <summary>The metric that shows how much is held now; empty for none.</summary>
    public string Gauge { get; init; } = "";

    /// <summary>False where nobody learns that the limit was reached: it only makes a peer wait.</summary>
    public bool IsCounted { get; init; } = true;
}
