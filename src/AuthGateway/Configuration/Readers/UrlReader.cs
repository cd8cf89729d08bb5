using AuthGateway.Configuration.Rules;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the URLs that browsers see.</summary>
internal static class UrlReader
{
    public static UrlOptions Read(SettingValues values)
    {
        var prefixText = values.Text("AUTHSERVICE_URL_PREFIX", "/authservice/");
        var prefix = ReadPrefix(values, prefixText);
        var configuredRedirect = ReadRedirect(values);
        var origin = ReadOrigin(values, configuredRedirect, prefixText);
        var redirect = configuredRedirect is null
            ? DefaultRedirect(prefixText, prefix, origin)
            : Absolute(values, configuredRedirect, origin);
        var urls = new UrlOptions
        {
            Prefix = prefix,
            PublicOrigin = origin,
            RedirectUri = redirect,
            CallbackPath = WebAddress.RawPath(redirect),
            AfterLoginUrl = Target(values, "AFTER_LOGIN_URL"),
            AfterLogoutUrl = Target(values, "AFTER_LOGOUT_URL") ?? prefix + "site/after_logout",
            HomepageUrl = Target(values, "HOMEPAGE_URL") ?? prefix + "site/homepage",
            VerifyPath = ReadVerifyPath(values, prefix),
            Oauth2Addresses = values.Boolean("OAUTH2_ADDRESSES", false),
        };
        CheckCallback(values, urls);
        return urls with { PostLogoutRedirectUri = ReadPostLogout(values, urls) };
    }

    private static string ReadPrefix(SettingValues values, string text)
    {
        const string name = "AUTHSERVICE_URL_PREFIX";
        var path = WebAddress.RawPath(text).Trim('/');
        if (!WebAddress.IsRelative(text) && WebAddress.Absolute(text) is not { UserInfo: "" })
        {
            values.Error(name, "neither a path beginning with / nor an http(s) address");
        }
        else if (path.Length == 0)
        {
            values.Error(
                name,
                "its path is /, so every path would be the gateway's own; use a path such as /authservice/");
        }
        else if (PathRules.Problem("/" + path) is { } problem)
        {
            values.Error(name, problem);
        }
        else
        {
            return $"/{path}/";
        }

        return "/authservice/";
    }

    private static string? ReadRedirect(SettingValues values)
    {
        const string name = "REDIRECT_URL";
        if (values.Text(name) is not { } text)
        {
            return null;
        }

        var path = WebAddress.RawPath(text);
        var problem = !WebAddress.IsRelative(text) && WebAddress.Absolute(text) is not { UserInfo: "", Fragment: "" }
            ? "neither a path beginning with / nor an http(s) address without user, password and fragment"
            : path is "" or "/" ? "has no path; the callback needs one, such as /authservice/oidc/callback"
            : PathRules.Problem(path.TrimEnd('/'));
        if (problem is null)
        {
            return text;
        }

        values.Error(name, problem);
        return null;
    }

    private static string? ReadOrigin(SettingValues values, string? redirect, string prefixText)
    {
        var inferred = (redirect is null ? null : WebAddress.Absolute(redirect)) ?? WebAddress.Absolute(prefixText);
        if (values.Text("PUBLIC_URL") is not { } text)
        {
            return inferred is null ? null : WebAddress.Origin(inferred);
        }

        if (WebAddress.Absolute(text) is not { UserInfo: "", Query: "", Fragment: "", AbsolutePath: "/" } uri)
        {
            values.Error("PUBLIC_URL", "not scheme and host alone, such as https://kubeflow.example.com");
            return null;
        }

        var origin = WebAddress.Origin(uri);
        if (redirect is not null
            && WebAddress.Absolute(redirect) is { } callback
            && WebAddress.Origin(callback) != origin)
        {
            values.Warn(
                "PUBLIC_URL",
                $"{origin} differs from REDIRECT_URL's {WebAddress.Origin(callback)}: the login cookie would not "
                + "reach the callback");
        }

        return origin;
    }

    // OIDC Core §3.1.2.1 requires an absolute URI. A relative one is for a Dex behind this gateway
    // whose client is registered so; its authorization endpoint is relative too.
    private static string Absolute(SettingValues values, string redirect, string? origin)
    {
        if (origin is null
            || !WebAddress.IsRelative(redirect)
            || (values.Text("OIDC_AUTH_URL") is { } login && WebAddress.IsRelative(login)))
        {
            return redirect;
        }

        values.Note(
            "REDIRECT_URL",
            $"relative, and the public address is known: the provider receives {origin}{redirect}; register that "
            + "address there");
        return origin + redirect;
    }

    private static string DefaultRedirect(string prefixText, string prefix, string? origin) =>
        WebAddress.Absolute(prefixText) is { } absolute
            ? $"{WebAddress.Origin(absolute)}{prefix}oidc/callback"
            : $"{origin}{prefix}oidc/callback";

    // Sent to browsers as a Location.
    private static string? Target(SettingValues values, string name) =>
        Reference(values, name) is { } text ? WebAddress.ToAscii(text) : null;

    private static string? Reference(SettingValues values, string name)
    {
        if (values.Text(name) is not { } text
            || WebAddress.IsRelative(text)
            || WebAddress.Absolute(text) is { UserInfo: "" })
        {
            return values.Text(name);
        }

        values.Error(name, "neither a path beginning with one / nor an http(s) address without user and password");
        return null;
    }

    private static string ReadVerifyPath(SettingValues values, string prefix)
    {
        var path = WebAddress.RawPath(Reference(values, "VERIFY_AUTH_URL") ?? prefix + "verify").TrimEnd('/');
        var problem = path.Length == 0 ? "has no path" : PathRules.Problem(path);
        if (problem is not null)
        {
            values.Error("VERIFY_AUTH_URL", problem);
        }

        return path;
    }

    private static void CheckCallback(SettingValues values, UrlOptions urls)
    {
        if (urls.OwnPaths.Contains(urls.CallbackPath))
        {
            values.Error("REDIRECT_URL", $"{urls.CallbackPath} is another endpoint of the gateway");
        }
    }

    private static string? ReadPostLogout(SettingValues values, UrlOptions urls)
    {
        if (values.Text("POST_LOGOUT_REDIRECT_URL") is not { } text)
        {
            return WebAddress.Absolute(urls.RedirectUri) is not null ? urls.RedirectUri
                : urls.PublicOrigin is null ? null : urls.PublicOrigin + urls.CallbackPath;
        }

        if (WebAddress.Absolute(text) is not { UserInfo: "" })
        {
            values.Error("POST_LOGOUT_REDIRECT_URL", "not an absolute http(s) address");
        }

        return text;
    }
}
