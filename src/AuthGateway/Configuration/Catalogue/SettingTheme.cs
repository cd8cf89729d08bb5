namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings that belong together in the printed catalogue.</summary>
internal sealed record SettingTheme(string Title, IReadOnlyList<Setting> Settings);
