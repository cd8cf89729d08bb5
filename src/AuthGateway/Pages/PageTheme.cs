using AuthGateway.Configuration;

namespace AuthGateway.Pages;

/// <summary>
/// The operator's style sheet on top of the default one: <c>THEMES_URL</c> joined with
/// <c>THEME</c>, as in oidc-authservice. The default (<c>themes</c>) adds none.
/// </summary>
/// <param name="StyleSheet">Address of <c>styles.css</c>; null without a theme.</param>
/// <param name="Source">
/// The CSP source for the style sheet and its images: its origin, or <c>'self'</c>.
/// </param>
internal sealed record PageTheme(string? StyleSheet, string? Source)
{
    /// <summary>Reads the theme from the options.</summary>
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
