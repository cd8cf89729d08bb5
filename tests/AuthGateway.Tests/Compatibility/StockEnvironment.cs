using AuthGateway.Tests.Packaging;

namespace AuthGateway.Tests.Compatibility;

/// <summary>What a release of Kubeflow put into the container's environment: the files of <c>Environments/</c>, values byte for byte, quotes too.</summary>
internal static class StockEnvironment
{
    private const string Folder = "tests/AuthGateway.Tests/Compatibility/Environments";

    public static string PathOf(string release) => Path.Combine(Repository.Root, Folder, release + ".env");

    /// <param name="release">Name of the file: <c>kubeflow-1.8</c>.</param>
    /// <param name="changes"><c>NAME=value</c> sets, <c>-NAME</c> takes away.</param>
    public static Dictionary<string, string> Of(string release, params IEnumerable<string> changes)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadAllLines(PathOf(release)).Where(line => !line.StartsWith('#')).Concat(changes))
        {
            var split = line.IndexOf('=', StringComparison.Ordinal);
            _ = line.StartsWith('-') ? variables.Remove(line[1..]) : (variables[line[..split]] = line[(split + 1)..]) is null;
        }

        return variables;
    }
}
