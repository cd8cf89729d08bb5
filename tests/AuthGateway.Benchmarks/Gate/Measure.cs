namespace AuthGateway.Benchmarks.Gate;

/// <summary>One figure that has a budget.</summary>
/// <param name="Name">Its name in the budget's file and in the table.</param>
/// <param name="Value">The figure of this run.</param>
internal sealed record Measure(string Name, double Value);
