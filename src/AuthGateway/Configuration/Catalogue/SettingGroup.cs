namespace AuthGateway.Configuration.Catalogue;

/// <summary>Settings that belong together in the printed catalogue.</summary>
internal sealed record SettingGroup(string Title, IReadOnlyList<Setting> Settings);
