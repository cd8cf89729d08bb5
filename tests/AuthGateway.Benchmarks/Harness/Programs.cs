namespace AuthGateway.Benchmarks.Harness;

internal static class Programs
{
    /// <summary>The first executable of this name on the <c>PATH</c>, or <c>null</c>.</summary>
    public static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
