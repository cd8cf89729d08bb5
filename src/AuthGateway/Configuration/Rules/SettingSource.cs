using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Configuration.Rules;

/// <summary>
/// Finds the values of names. The process environment takes precedence over files, a later file
/// over an earlier one, a name over its older names. Only names of the catalogue are read.
/// </summary>
internal sealed class SettingSource(IReadOnlyDictionary<string, string> environment, IReadOnlyList<EnvFile> files)
{
    /// <summary>
    /// The value without surrounding quotes; <c>null</c> when it is not set, empty when it is set
    /// but empty.
    /// </summary>
    public string? Find(string key)
    {
        if (environment.TryGetValue(key, out var value))
        {
            return EnvFile.Unquote(value.Trim());
        }

        for (var i = files.Count - 1; i >= 0; i--)
        {
            if (files[i].Values.TryGetValue(key, out value))
            {
                return EnvFile.Unquote(value.Trim());
            }
        }

        return null;
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>
    /// True when the name or one of its older names has a value that is not empty.
    /// </summary>
    public bool IsSet(string name) => !string.IsNullOrEmpty(Value(SettingCatalogue.Get(name)).Value);

    /// <summary>
    /// True when the setting, its <c>NAME_FILE</c> or an older name has a value that is not empty.
    /// </summary>
    public bool IsWritten(string name) => IsSet(name) || !string.IsNullOrEmpty(Find(name + "_FILE"));

    /// <summary>
    /// The value and the name it was found under. An older name is read only when the current name
    /// is absent.
    /// </summary>
    public (string? Value, string Spelling) Value(Setting setting)
    {
        foreach (var spelling in setting.Aliases.Concat(setting.PlatformSpellings).Prepend(setting.Name))
        {
            if (Find(spelling) is { } value)
            {
                return (value, spelling);
            }
        }

        return (null, setting.Name);
    }
}
