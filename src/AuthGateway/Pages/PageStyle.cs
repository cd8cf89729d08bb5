using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Pages;

/// <summary>
/// The only inline style sheet of the gateway's pages, and the CSP source that allows it by its
/// hash.
/// </summary>
internal static class PageStyle
{
    /// <summary>
    /// The text between <c>&lt;style&gt;</c> and its end tag, with LF only: an HTML parser turns CR
    /// LF into LF before it hashes.
    /// </summary>
    public static string Text { get; } = ReadText();

    /// <summary>
    /// <c>'sha256-…'</c> over the UTF-8 bytes of <see cref="Text"/> (CSP 3 §6.7.3.3).
    /// </summary>
    public static string HashSource { get; } =
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";

    private static string ReadText() =>
        Encoding.UTF8.GetString(PageResources.ReadFolder("pages/")["page.css"]).ReplaceLineEndings("\n").Trim();
}
