using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.GoRegex;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Cli.Import;

/// <summary>
/// The settings of env files under their current names, with their values as written. Assumed
/// values are not among them.
/// </summary>
internal static class WrittenSettings
{
    public static IReadOnlyList<KeyValuePair<string, string>> Of(SettingSource source)
    {
        var isLegacy = LegacyProfile.IsConfigured(source);
        return
        [
            .. SettingCatalogue.All
                .Where(setting => setting.State == SettingState.Active
                    || (isLegacy && setting.State == SettingState.Legacy))
                .Select(setting => Line(source, setting))
                .OfType<KeyValuePair<string, string>>(),
        ];
    }

    private static KeyValuePair<string, string>? Line(SettingSource source, Setting setting)
    {
        if (setting.IsSecret && source.Find(setting.Name + "_FILE") is { Length: > 0 } path)
        {
            // It wins over the value.
            return new(setting.Name + "_FILE", path);
        }

        var (value, spelling) = source.Value(setting);
        var isPrinted = value switch
        {
            null => false,
            // Also without a value they end the legacy profile.
            "" => LegacyProfile.Ends.Contains(setting.Name),
            // PORT=tcp://… of Kubernetes is not read.
            _ => setting.Type != SettingType.Port || spelling == setting.Name || GoNumber.Parse(value) is not null,
        };
        return isPrinted ? new(setting.Name, value!) : null;
    }
}
