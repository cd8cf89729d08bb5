namespace AuthGateway.Pages;

/// <summary>Decides which addresses a page may contain.</summary>
/// <remarks>
/// HTML encoding alone is not enough: an encoded <c>javascript:</c> address still runs.
/// </remarks>
internal static class PageAddress
{
    /// <summary>
    /// True for a path on the page's own origin: one slash, no second slash or backslash after it
    /// (browsers read <c>/\host</c> as <c>//host</c>), no control characters.
    /// </summary>
    public static bool IsOwnPath(string address) =>
        address.StartsWith('/')
        && (address.Length == 1 || address[1] is not ('/' or '\\'))
        && !address.Any(char.IsControl);

    /// <summary>True for a path on the page's own origin or an absolute http(s) address.</summary>
    public static bool IsLinkable(string address) => IsOwnPath(address) || TryReadOrigin(address, out _);

    /// <summary>
    /// Reads the origin (<c>https://host[:port]</c>) of an absolute http(s) address, in the form of
    /// a Content-Security-Policy source (CSP 3 §2.3.1).
    /// </summary>
    public static bool TryReadOrigin(string address, out string origin)
    {
        origin = "";
        if (address.Any(char.IsControl)
            || !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.IdnHost.Length == 0
            || uri.UserInfo.Length > 0)
        {
            return false;
        }

        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost.Trim('[', ']')}]" : uri.IdnHost;
        if (!host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']'))
        {
            return false;
        }

        origin = uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
        return true;
    }
}
