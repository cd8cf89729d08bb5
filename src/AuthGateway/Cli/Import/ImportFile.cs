namespace AuthGateway.Cli.Import;

/// <summary>A file of another gateway.</summary>
internal sealed record ImportFile(string Path, string Text);
