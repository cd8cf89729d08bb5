using AuthGateway.Configuration.Catalogue;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Configuration.Rules;

/// <summary>
/// Maps the settings of Kubeflow 1.6 and older to current ones. Applies only when neither
/// <c>AUTHSERVICE_URL_PREFIX</c> nor <c>SKIP_AUTH_URLS</c> is set: beside them, later versions of
/// oidc-authservice ignored the old bypass list, and it would make protected paths public.
/// </summary>
internal static class LegacyProfile
{
    private const string Callback = "/login/oidc";

    /// <summary>Settings that end the profile, also when they are empty.</summary>
    public static IReadOnlyList<string> Ends { get; } = ["AUTHSERVICE_URL_PREFIX", "SKIP_AUTH_URLS"];

    /// <summary>
    /// Applies the profile, with a warning, when it is configured. Otherwise reports the old
    /// settings that are not read.
    /// </summary>
    public static bool Apply(SettingValues values)
    {
        if (!IsConfigured(values.Source))
        {
            WarnUnread(values, "SKIP_AUTH_URI", "SKIP_AUTH_URLS");
            WarnUnread(values, "STATIC_DESTINATION_URL", "AFTER_LOGIN_URL");
            return false;
        }

        WarnBesideCurrentSettings(values);
        Carry(values, "SKIP_AUTH_URI", "SKIP_AUTH_URLS");
        Carry(values, "STATIC_DESTINATION_URL", "AFTER_LOGIN_URL");
        values.Assume("REDIRECT_URL", Callback);
        values.Assume("AUTH_HEADER", "X-Auth-Token");
        values.Assume("AFTER_LOGOUT_URL", "/");
        values.Assume("USERID_TOKEN_HEADER", "kubeflow-userid-token");
        values.Warn(
            "REDIRECT_URL",
            "settings of Kubeflow 1.6 or older: callback /login/oidc, GET /logout and X-Auth-Token work; set "
            + "AUTHSERVICE_URL_PREFIX and SKIP_AUTH_URLS to leave them behind");
        return true;
    }

    /// <summary>True when the profile applies.</summary>
    public static bool IsConfigured(SettingSource source) =>
        !Ends.Any(source.Has)
        && (source.IsSet("SKIP_AUTH_URI") || WebAddress.RawPath(source.Find("REDIRECT_URL") ?? "") == Callback);

    // A new installation that uses the oldest name gets an unexpected callback and header.
    private static void WarnBesideCurrentSettings(SettingValues values)
    {
        var current = SettingCatalogue.All.FirstOrDefault(setting =>
            setting is { State: SettingState.Active, Source: "AuthGateway" } && values.Source.IsSet(setting.Name));
        if (current is not null && values.Source.IsSet("SKIP_AUTH_URI"))
        {
            values.Warn(
                "SKIP_AUTH_URI",
                $"beside {current.Name} it still switches to the profile of Kubeflow 1.6 and older (callback "
                + "/login/oidc, GET /logout, X-Auth-Token); write SKIP_AUTH_URLS for the current ones");
        }
    }

    private static void Carry(SettingValues values, string old, string current)
    {
        if (values.Text(old) is { } value)
        {
            values.Assume(current, value);
        }
    }

    private static void WarnUnread(SettingValues values, string old, string current)
    {
        if (values.Source.Has(old))
        {
            values.Warn(old, $"not read beside current settings; the right name is {current}");
        }
    }
}
