using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>The few pages we show.</summary>
internal static class PageSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("CLIENT_NAME", Text, "AuthService", "Name of this installation on its pages.") { Source = "G3" },
        new("THEME", Text, "kubeflow", "Theme of the pages.") { Source = "G3" },
        new("THEMES_URL", Address, "themes", "Where themes are served from, joined with THEME.") { Source = "G3" },
        new("KEEP_FRAGMENT", SettingType.Boolean, "false", "Keep the part of an address behind # over a login; a small page with a script stores it in the browser."),
        new("TEMPLATE_PATH", List, "", "Folders of page templates.") { State = SettingState.Unused, Instead = "nothing yet: operator pages come later", Source = "G3" },
    ];
}
