using static AuthGateway.Configuration.Catalogue.SettingType;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings of the gateway's HTML pages.</summary>
internal static class PageSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("CLIENT_NAME", Text, "AuthService",
            "Name of this installation on its pages.") { Source = "oidc-authservice" },
        new("THEME", Text, "kubeflow", "Theme of the pages.") { Source = "oidc-authservice" },
        new("THEMES_URL", Address, "themes", "URL of the themes, joined with THEME.") { Source = "oidc-authservice" },
        new("KEEP_FRAGMENT", SettingType.Boolean, "false",
            "Keep the URL fragment (after #) across a login; a page with a script stores it in the browser."),
        new("TEMPLATE_PATH", List, "", "Folders of page templates.")
        {
            State = SettingState.Unused,
            Instead = "nothing yet: operator pages come later",
            Source = "oidc-authservice",
        },
    ];
}
