using System.Security.Cryptography;

namespace AuthGateway.Pages;

/// <summary><c>fragment.js</c>: keeps the part of an address behind <c>#</c> in the tab's own storage while a login is under way. It is sent to nobody.</summary>
internal static class FragmentScript
{
    public const string Name = "fragment.js";

    public static byte[] Content { get; } = PageResources.ReadFolder("pages/")[Name];

    /// <summary>Subresource Integrity §3.5: an application at the same address cannot put its own in the place of it.</summary>
    public static string Integrity { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Content));
}
