using AuthGateway.Configuration.Catalogue;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Configuration.Rules;

/// <summary>
/// The oldest generation's environment (Kubeflow up to 1.6) in today's settings. Only when neither <c>AUTHSERVICE_URL_PREFIX</c> nor
/// <c>SKIP_AUTH_URLS</c> is there: beside them the old bypass list would open paths that were closed (record 1.7).
/// </summary>
internal static class LegacyProfile
{
    private const string Callback = "/login/oidc";

    /// <summary>Applies the profile where it is configured and says so; otherwise names the old settings that are not read.</summary>
    public static bool Apply(SettingValues values)
    {
        if (!IsConfigured(values.Source))
        {
            NameUnread(values, "SKIP_AUTH_URI", "SKIP_AUTH_URLS");
            NameUnread(values, "STATIC_DESTINATION_URL", "AFTER_LOGIN_URL");
            return false;
        }

        WarnBesideToday(values);
        Carry(values, "SKIP_AUTH_URI", "SKIP_AUTH_URLS");
        Carry(values, "STATIC_DESTINATION_URL", "AFTER_LOGIN_URL");
        values.Assume("REDIRECT_URL", Callback);
        values.Assume("AUTH_HEADER", "X-Auth-Token");
        values.Assume("AFTER_LOGOUT_URL", "/");
        values.Assume("USERID_TOKEN_HEADER", "kubeflow-userid-token");
        values.Warn("REDIRECT_URL", "settings of Kubeflow 1.6 or older: callback /login/oidc, GET /logout and X-Auth-Token work; set AUTHSERVICE_URL_PREFIX and SKIP_AUTH_URLS to leave them behind");
        return true;
    }

    private static bool IsConfigured(SettingSource source) =>
        !source.Has("AUTHSERVICE_URL_PREFIX") && !source.Has("SKIP_AUTH_URLS")
        && (source.IsSet("SKIP_AUTH_URI") || WebAddress.RawPath(source.Find("REDIRECT_URL") ?? "") == Callback);

    // Somebody who begins anew and remembers the oldest name gets another callback and another header than he expects.
    private static void WarnBesideToday(SettingValues values)
    {
        var today = SettingCatalogue.All.FirstOrDefault(setting =>
            setting is { State: SettingState.Active, Source: "AuthGateway" } && values.Source.IsSet(setting.Name));
        if (today is not null && values.Source.IsSet("SKIP_AUTH_URI"))
        {
            values.Warn("SKIP_AUTH_URI", $"beside {today.Name} it still switches to the profile of Kubeflow 1.6 and older (callback /login/oidc, GET /logout, X-Auth-Token); write SKIP_AUTH_URLS for today's");
        }
    }

    private static void Carry(SettingValues values, string old, string today)
    {
        if (values.Text(old) is { } value)
        {
            values.Assume(today, value);
        }
    }

    private static void NameUnread(SettingValues values, string old, string today)
    {
        if (values.Source.Has(old))
        {
            values.Warn(old, $"not read beside today's settings; the right name is {today}");
        }
    }
}
