using System.Reflection;

namespace AuthGateway.Pages;

/// <summary>
/// Reads the files of this folder that are embedded in the assembly. Their names are paths with
/// forward slashes.
/// </summary>
internal static class PageResources
{
    private static readonly Assembly Assembly = typeof(PageResources).Assembly;

    /// <summary>
    /// Reads every embedded file whose name begins with <paramref name="folder"/>, keyed by the
    /// rest of its name.
    /// </summary>
    public static IReadOnlyDictionary<string, byte[]> ReadFolder(string folder) =>
        Assembly.GetManifestResourceNames()
            .Select(name => (Name: name, Path: name.Replace('\\', '/')))
            .Where(entry => entry.Path.StartsWith(folder, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Path[folder.Length..], entry => Read(entry.Name), StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without its file '{name}'.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
