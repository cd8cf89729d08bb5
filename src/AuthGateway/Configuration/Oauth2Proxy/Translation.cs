using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Settings made from foreign options, and what is said about them. A setting that the operator
/// wrote takes precedence over a translated one.
/// </summary>
/// <param name="own">The operator's own settings.</param>
internal sealed class Translation(SettingSource own)
{
    private readonly List<TranslatedSetting> _settings = [];

    /// <summary>In the order in which they were made; each name once.</summary>
    public IReadOnlyList<TranslatedSetting> Settings => _settings;

    /// <summary>Options without a meaning here; nothing changes without them.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Options that behave differently here.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Options without which more would be allowed: the start is refused.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>True when the operator wrote the setting.</summary>
    public bool IsWritten(string name) => own.IsWritten(SettingOf(name));

    /// <param name="name">Setting of the catalogue.</param>
    /// <param name="value">Null sets nothing.</param>
    /// <param name="option">The option it is made from, as it is written.</param>
    public void Set(string name, string? value, string option)
    {
        if (value is null)
        {
            return;
        }

        if (value.Any(char.IsControl))
        {
            Errors.Add($"{option}: has a line break or another control character; {name} cannot be made from it");
        }
        else if (IsWritten(name))
        {
            Notes.Add($"{option}: not used, because {name} is set");
        }
        else
        {
            _settings.RemoveAll(setting => setting.Name == name);
            _settings.Add(new(name, value, option));
        }
    }

    public void Note(string option, string remark) => Notes.Add($"{option}: {remark}");

    public void Warn(string option, string remark) => Warnings.Add($"{option}: {remark}");

    /// <summary>
    /// Refuses the start, unless the operator decided the matter by one of the settings
    /// <paramref name="instead"/>.
    /// </summary>
    public void Refuse(string option, string problem, params string[] instead)
    {
        if (Array.Find(instead, IsWritten) is { } name)
        {
            Note(option, $"not used, because {name} is set");
        }
        else
        {
            Errors.Add($"{option}: {problem}");
        }
    }

    // NAME_FILE of a secret belongs to NAME.
    private static string SettingOf(string name) =>
        name.EndsWith("_FILE", StringComparison.Ordinal) && SettingCatalogue.All.All(setting => setting.Name != name)
            ? name[..^"_FILE".Length]
            : name;
}
