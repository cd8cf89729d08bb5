using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Warns of keys without effect: unknown, misspelt, retired, or of a later release. Never prints a
/// value.
/// </summary>
internal static class UnknownSettings
{
    private static readonly Dictionary<string, string> IgnoredSince2020 = new(StringComparer.Ordinal)
    {
        ["PORT"] = "SERVER_PORT",
        ["STORE_PATH"] = "SESSION_STORE_PATH",
    };

    public static void Write(
        SettingValues values, IReadOnlyDictionary<string, string> environment, IReadOnlyList<EnvFile> files)
    {
        foreach (var setting in SettingCatalogue.All)
        {
            foreach (var spelling in setting.Aliases)
            {
                ReportAlias(values, setting, spelling);
            }
        }

        var withoutEffect = SettingCatalogue.All
            .Where(setting => setting.State is SettingState.Unused or SettingState.Later);
        foreach (var setting in withoutEffect)
        {
            // Lower-case names are too common in a process environment, so only files are searched.
            var isSet = char.IsUpper(setting.Name[0])
                ? values.Source.Has(setting.Name)
                : files.Any(file => file.Values.ContainsKey(setting.Name));
            if (isSet)
            {
                values.Warn(setting.Name, setting.State == SettingState.Later
                    ? "not used by this release yet"
                    : $"not read; write instead: {setting.Instead}");
            }
        }

        foreach (var key in environment.Keys.Concat(files.SelectMany(file => file.Values.Keys))
            .Distinct()
            .Where(key => key.StartsWith("TEMPLATE_CONTEXT_", StringComparison.Ordinal)))
        {
            values.Warn(key, "unused until operator pages exist");
        }

        foreach (var file in files)
        {
            ReportFile(values, file);
        }

        // The process environment holds names of other programs: only a near match is reported.
        foreach (var key in environment.Keys.Where(IsUnknownSettingName))
        {
            if (Nearest(key) is { } right && EditDistance.Between(key.ToUpperInvariant(), right) <= 2)
            {
                values.Warn(key, $"unknown; did you mean {right}?");
            }
        }
    }

    private static void ReportFile(SettingValues values, EnvFile file)
    {
        values.Errors.AddRange(file.Errors);
        values.Warnings.AddRange(file.Warnings);
        foreach (var key in file.Values.Keys.Where(key => !SettingCatalogue.Knows(key)))
        {
            if (Nearest(key) is { } right)
            {
                values.Warn(key, $"unknown in {file.Path}; did you mean {right}?");
            }
            else if (file.Values[key].Trim('=').Length == 0)
            {
                // It may be the second line of a base64 secret, so the key is not printed.
                values.Warn(file.Path, "a line with an unknown name and no value, ignored");
            }
            else
            {
                values.Warn(key, $"unknown in {file.Path}, ignored");
            }
        }
    }

    private static bool IsUnknownSettingName(string key) =>
        !SettingCatalogue.Knows(key) && key.Length >= 8 && char.IsUpper(key[0]) && !IsServiceLink(key);

    // Kubernetes writes the address of every Service into every container.
    private static bool IsServiceLink(string key) =>
        key.Contains("_SERVICE_", StringComparison.Ordinal) || key.Contains("_PORT_", StringComparison.Ordinal);

    /// <summary>The setting closest to an unknown key; <c>null</c> when none is close.</summary>
    public static string? Nearest(string key)
    {
        var wanted = key.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
        var (name, distance) = SettingCatalogue.ReadableNames
            .Select(name => (name, EditDistance.Between(wanted, name)))
            .MinBy(pair => pair.Item2);
        return distance <= Math.Max(1, wanted.Length / 4) ? name : null;
    }

    private static void ReportAlias(SettingValues values, Setting setting, string spelling)
    {
        if (!values.Source.Has(spelling))
        {
            return;
        }

        if (values.Source.Has(setting.Name))
        {
            values.Warn(spelling, $"not read, because {setting.Name} is set");
        }
        else if (IgnoredSince2020.ContainsKey(spelling))
        {
            values.Warn(
                spelling,
                $"older name of {setting.Name}, which the replaced image since 2020 ignored; it is read here");
        }
        else
        {
            values.Warn(spelling, $"older name of {setting.Name}");
        }
    }
}
