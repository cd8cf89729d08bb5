using System.Diagnostics.CodeAnalysis;

namespace AuthGateway.Pages;

/// <summary>
/// The theme files that the old service served under <c>site/themes/</c> (its <c>kubeflow</c> theme: style sheet and logo), compiled in.
/// A name is found byte for byte or not at all; there is no folder to list and no path to climb.
/// </summary>
internal static class ThemeFiles
{
    private static readonly IReadOnlyDictionary<string, byte[]> Files = PageResources.ReadFolder("themes/");

    /// <param name="path">What follows <c>site/themes/</c>, as sent: <c>kubeflow/styles.css</c>.</param>
    /// <param name="content">The file; not to be changed.</param>
    /// <param name="contentType">Its media type.</param>
    public static bool TryGet(string path, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(true)] out string? contentType)
    {
        contentType = null;
        if (!Files.TryGetValue(path, out content))
        {
            return false;
        }

        contentType = path.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "image/svg+xml";
        return true;
    }
}
