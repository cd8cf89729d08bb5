namespace AuthGateway.Quickstart.App;

/// <summary>The header lines of one request as they came: name and value, spelling, order and repeats kept.</summary>
internal sealed record RawHeaders(IReadOnlyList<string[]> Lines);
