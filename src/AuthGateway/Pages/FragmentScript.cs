using System.Security.Cryptography;

namespace AuthGateway.Pages;

/// <summary>
/// The script <c>fragment.js</c>: keeps the fragment of an address in the tab's session storage
/// during a login.
/// </summary>
/// <remarks>No server receives the fragment.</remarks>
internal static class FragmentScript
{
    public const string Name = "fragment.js";

    public static byte[] Content { get; } = PageResources.ReadFolder("pages/")[Name];

    /// <summary>
    /// The script's hash (Subresource Integrity §3.5): an application on the same origin cannot
    /// replace the script.
    /// </summary>
    public static string Integrity { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Content));
}
