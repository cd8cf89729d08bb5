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
        new("TEMPLATE_PATH", List, "", "Folders of page templates.") { State = SettingState.Unused, Instead = "nothing yet: operator pages come later", Source = "G3" },
    ];
}
