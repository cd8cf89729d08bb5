using System.Diagnostics.CodeAnalysis;

namespace AuthGateway.Pages;

/// <summary>
/// The theme files that oidc-authservice served below <c>site/themes/</c> (its <c>kubeflow</c>
/// theme: style sheet and logo), embedded in the assembly.
/// </summary>
/// <remarks>
/// A name must match byte for byte. There is no file system access, so no path traversal.
/// </remarks>
internal static class ThemeFiles
{
    private static readonly IReadOnlyDictionary<string, byte[]> Files = PageResources.ReadFolder("themes/");

    /// <param name="path">
    /// The path below <c>site/themes/</c> as sent: <c>kubeflow/styles.css</c>.
    /// </param>
    /// <param name="content">The file's bytes; not to be changed.</param>
    /// <param name="contentType">Its media type.</param>
    public static bool TryGet(
        string path, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(true)] out string? contentType)
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
