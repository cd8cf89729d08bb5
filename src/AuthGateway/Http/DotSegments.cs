namespace AuthGateway.Http;

/// <summary>
/// Finds <c>.</c> and <c>..</c> segments of a raw path, with encoded dots and after encoded
/// separators too.
/// </summary>
internal static class DotSegments
{
    public static bool Has(ReadOnlySpan<char> path)
    {
        var text = path.ToString();
        for (var i = 0; i < 3 && text.Contains('%', StringComparison.Ordinal); i++)
        {
            text = Uri.UnescapeDataString(text);
        }

        return text.Split('/', '\\').Any(segment => segment.Split(';')[0] is "." or "..");
    }
}
