using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Cli.Import;

/// <summary>
/// Leaves out what is said about this machine: the files and the host name that a setting names are
/// on another one, and settings that are not in the files may come from elsewhere.
/// </summary>
internal static class OtherMachine
{
    private const string HostName = "SERVER_HOSTNAME";

    /// <summary>The errors about values of <paramref name="settings"/>.</summary>
    public static IEnumerable<string> Without(
        IEnumerable<string> errors, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var names = settings.Select(setting => setting.Key)
            .Where(name => name != HostName && SettingCatalogue.Find(name) is { Type: not SettingType.File })
            .SelectMany(Named)
            .ToHashSet(StringComparer.Ordinal);
        return errors.Where(error => names.Contains(Name(error)));
    }

    /// <summary>The warnings without those about files in use.</summary>
    public static IEnumerable<string> Without(IEnumerable<string> warnings) => warnings.Where(warning =>
        SettingCatalogue.Find(Name(warning)) is not { Type: SettingType.File, State: SettingState.Active });

    // The value of an oldest name is reported under the current one.
    private static IEnumerable<string> Named(string name) =>
        SettingCatalogue.Get(name) is { State: SettingState.Legacy, Instead: { } current } ? [name, current] : [name];

    private static string Name(string line) => line.Split(':')[0];
}
