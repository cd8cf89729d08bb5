using AuthGateway.Configuration;

namespace AuthGateway.Pages;

/// <summary>An operator's own style sheet on top of ours: <c>THEMES_URL</c> joined with <c>THEME</c>, as the old service did. The default (<c>themes</c>) adds none.</summary>
/// <param name="StyleSheet">Address of <c>styles.css</c>; <c>null</c> without a theme of the operator's.</param>
/// <param name="Source">The CSP source that lets it and its pictures load: its origin, or <c>'self'</c>.</param>
internal sealed record PageTheme(string? StyleSheet, string? Source)
{
    public static PageTheme From(PageOptions options)
    {
        var address = $"{options.ThemesUrl.TrimEnd('/')}/{Uri.EscapeDataString(options.Theme)}/styles.css";
        if (PageAddress.TryReadOrigin(address, out var origin))
        {
            return new PageTheme(address, origin);
        }

        return PageAddress.IsOwnPath(address) ? new PageTheme(address, "'self'") : new PageTheme(null, null);
    }
}
