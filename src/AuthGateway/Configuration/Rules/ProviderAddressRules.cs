namespace AuthGateway.Configuration.Rules;

/// <summary>
/// Checks URLs of the provider: the gateway never fetches a file, a cloud metadata service or a URL
/// with a password.
/// </summary>
internal static class ProviderAddressRules
{
    /// <summary>
    /// Checks a URL that the gateway itself calls; <c>false</c> when it is invalid (an error is
    /// reported).
    /// </summary>
    public static bool Check(SettingValues values, string name, string address)
    {
        var problem = Problem(address);
        if (problem is not null)
        {
            values.Error(name, problem);
            return false;
        }

        var uri = WebAddress.Absolute(address)!;
        if (uri.Scheme == "http" && !WebAddress.IsLoopback(uri))
        {
            values.Warn(name, "plain http: tokens and keys can be read and changed on the way; use https");
        }

        return true;
    }

    /// <summary>
    /// An endpoint that the gateway calls; <c>null</c> when it is not set or invalid.
    /// </summary>
    public static string? Endpoint(SettingValues values, string name) =>
        values.Text(name) is { } address && Check(values, name, address) ? WebAddress.ToAscii(address) : null;

    /// <summary>An endpoint that only browsers open; it may be relative.</summary>
    public static string? BrowserEndpoint(SettingValues values, string name)
    {
        if (values.Text(name) is not { } address)
        {
            return null;
        }

        // RFC 6749 §3.1: the parameters would become part of a fragment.
        if (!address.Contains('#', StringComparison.Ordinal)
            && (WebAddress.IsRelative(address) || WebAddress.Absolute(address) is { UserInfo: "" }))
        {
            return WebAddress.ToAscii(address);
        }

        values.Error(
            name,
            "neither a path beginning with one / nor an http(s) address without user, password and fragment");
        return null;
    }

    private static string? Problem(string address)
    {
        if (WebAddress.Absolute(address) is not { } uri)
        {
            return "not an absolute http or https address, such as https://idp.example.com/realms/main";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "an address with a user or password in it is refused";
        }

        if (WebAddress.IsLinkLocal(uri))
        {
            return "link-local and cloud metadata addresses are refused";
        }

        if (uri.AbsolutePath.TrimEnd('/').EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal))
        {
            return "the address of the metadata; write the issuer alone, without /.well-known/openid-configuration";
        }

        return uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "a query or fragment is refused" : null;
    }
}
