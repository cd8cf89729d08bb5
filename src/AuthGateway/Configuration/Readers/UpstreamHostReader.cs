using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>
/// Reads <c>UPSTREAM_HOST</c>: the <c>Host</c> sent to the application. Some applications reject
/// every other name (DNS rebinding).
/// </summary>
internal static class UpstreamHostReader
{
    private const string Name = "UPSTREAM_HOST";

    /// <returns>Null for the client's <c>Host</c>.</returns>
    public static string? Read(SettingValues values, Uri? upstream)
    {
        if (values.Text(Name) is not { } text)
        {
            return null;
        }

        if (values.Text("UPSTREAM_URL") is null)
        {
            values.Error(
                Name,
                "it belongs to UPSTREAM_URL; in a ROUTES_FILE the transform RequestHeaderOriginalHost or a "
                + "destination's Host says the same");
            return null;
        }

        switch (text.ToLowerInvariant())
        {
            case "original":
                return null;
            case "upstream":
                return upstream?.Authority;
        }

        if (Uri.TryCreate("http://" + text, UriKind.Absolute, out var uri)
            && uri is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
            && !text.EndsWith('/'))
        {
            return text;
        }

        values.Error(Name, $"'{text}' is neither original nor upstream nor a host name with or without a port");
        return null;
    }
}
