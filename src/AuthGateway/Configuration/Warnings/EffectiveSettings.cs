using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Prints the effective configuration. Secrets and passwords in other values are shown as <c>***</c>.
/// </summary>
internal static class EffectiveSettings
{
    public static IReadOnlyList<string> Print(SettingValues values) =>
    [
        .. SettingCatalogue.All
            .Where(setting => setting.State == SettingState.Active)
            .Select(setting => Line(values, setting)),
    ];

    private static string Line(SettingValues values, Setting setting)
    {
        var written = values.Text(setting.Name);
        if (!setting.IsSecret)
        {
            return written is null
                ? $"{setting.Name}={setting.Default} (default)"
                : $"{setting.Name}={SecretParts.Mask(setting, written)}";
        }

        var fromFile = values.Source.Find(setting.Name + "_FILE");
        return !string.IsNullOrEmpty(fromFile) ? $"{setting.Name}=*** (from {fromFile})"
            : written is null ? $"{setting.Name}= (not set)" : $"{setting.Name}=***";
    }
}
