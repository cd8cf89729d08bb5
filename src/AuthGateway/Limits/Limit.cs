namespace AuthGateway.Limits;

/// <summary>One row of docs/limits.md.</summary>
/// <param name="Name">As the metric's label and the log have it.</param>
/// <param name="Resource">What is bounded.</param>
/// <param name="Bound">How much, for whom.</param>
/// <param name="Happens">What the gateway does at the limit.</param>
/// <param name="Setting">What changes it.</param>
/// <param name="Test">The test that goes there.</param>
internal sealed record Limit(string Name, string Resource, string Bound, string Happens, string Setting, string Test);
