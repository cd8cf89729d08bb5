using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>What browsers and other long-lived clients are told beside the decision itself.</summary>
internal static class BrowserSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("PROBE_STATUS", List, "", "Background probes that get another status than 401 without a session, PATTERN=STATUS; **/api/kernels/{uuid}=424 (JupyterLab) ships and stands behind these."),
        new("END_SERVICE_WORKERS", SettingType.Boolean, "true", "Answer the request for a service worker's script without a live session with one that removes the worker and its caches and reloads."),
        new("CLEAR_CACHE_AT_LOGOUT", SettingType.Boolean, "true", "Send Clear-Site-Data: \"cache\" where a session ends or has ended, so that Back shows no old page."),
        new("LOGOUT_COOKIES", List, "", "Names of applications' cookies that expire at logout, at a session's end and when the person changes; * at the end stands for any rest."),
    ];
}
