namespace AuthGateway.Testing;

/// <summary>Header lines of a browser (Fetch Metadata).</summary>
internal static class NavigationHeaders
{
    /// <summary>A person opens a page.</summary>
    public static readonly string[] Visit = ["Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
}
