using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings of responses for browsers and other long-lived clients.</summary>
internal static class BrowserSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("PROBE_STATUS", List, "",
            "Background probes that get another status than 401 without a session, as PATTERN=STATUS. The built-in "
            + "**/api/kernels/{uuid}=424 (JupyterLab) follows these."),
        new("END_SERVICE_WORKERS", SettingType.Boolean, "true",
            "Without a live session, answer the request for a service worker's script with one that removes the "
            + "worker and its caches and reloads the page."),
        new("CLEAR_CACHE_AT_LOGOUT", SettingType.Boolean, "true",
            "Send Clear-Site-Data: \"cache\" when a session ends or has ended, so that the browser's back button "
            + "shows no old page."),
        new("LOGOUT_COOKIES", List, "",
            "Names of application cookies that expire at logout, at the end of a session and when another user logs "
            + "in; a trailing * matches any rest."),
    ];
}
