using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the settings of responses for browsers and other long-lived clients.</summary>
internal static class BrowserReader
{
    public static BrowserOptions Read(SettingValues values, SessionOptions session) => new()
    {
        Probes = [.. Probes(values), ProbeRow.JupyterKernel],
        EndServiceWorkers = values.Boolean("END_SERVICE_WORKERS", true),
        ClearCache = values.Boolean("CLEAR_CACHE_AT_LOGOUT", true),
        LogoutCookies = [.. (values.List("LOGOUT_COOKIES") ?? []).Where(name => IsCookieName(values, name, session))],
    };

    private static IEnumerable<ProbeRow> Probes(SettingValues values)
    {
        foreach (var text in values.List("PROBE_STATUS") ?? [])
        {
            if (ProbeRow.Parse(text, out var problem) is { } row)
            {
                yield return row;
            }
            else
            {
                values.Error("PROBE_STATUS", problem!);
            }
        }
    }

    // RFC 6265 §4.1.1: a name is a token (RFC 9110 §5.6.2).
    private static bool IsCookieName(SettingValues values, string entry, SessionOptions session)
    {
        const string setting = "LOGOUT_COOKIES";
        var name = entry.EndsWith('*') ? entry[..^1] : entry;
        if (name.Length == 0)
        {
            values.Error(setting, $"'{entry}' would expire every cookie; write at least one letter before the *");
            return false;
        }

        if (!CookieName.IsToken(name) || name.Contains('*', StringComparison.Ordinal))
        {
            values.Error(setting, $"'{entry}' is no cookie name; a * is allowed only at the end");
            return false;
        }

        if (!entry.EndsWith('*')
            && (name == session.CookieName || name.Contains("authservice_login", StringComparison.Ordinal)))
        {
            values.Warn(setting, $"'{entry}' is a cookie of the gateway itself and is left alone");
        }

        return true;
    }
}
