using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.GoRegex;

namespace AuthGateway.Configuration.Rules;

/// <summary>
/// Typed access to the settings. Collects all problems, each beginning with the setting's name and
/// without the password of a quoted URL. An empty value counts as the default.
/// </summary>
internal sealed class SettingValues(SettingSource source)
{
    /// <summary>
    /// The longest time of a setting that is waited for. A timer takes no more than 49 days, and
    /// would fail only when it is started.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(24);

    private static readonly char[] Separators = [',', ' ', '\t', '\r', '\n'];
    private readonly Dictionary<string, string> _overrides = new(StringComparer.Ordinal);

    public SettingSource Source => source;
    public List<string> Errors { get; } = [];
    public List<string> Warnings { get; } = [];

    /// <summary>
    /// Remarks about choices that are common and safe; <c>check</c> lists them as hints.
    /// </summary>
    public List<string> Notes { get; } = [];

    public void Error(string name, string problem) => Errors.Add($"{name}: {SecretParts.MaskUrls(problem)}");

    public void Warn(string name, string remark) => Warnings.Add($"{name}: {SecretParts.MaskUrls(remark)}");

    public void Note(string name, string remark) => Notes.Add($"{name}: {SecretParts.MaskUrls(remark)}");

    /// <summary>
    /// Sets a value for a setting that is not written (profile of Kubeflow 1.6 and older).
    /// </summary>
    public void Assume(string name, string value) => _overrides[name] = value;

    /// <summary><c>null</c> when absent or empty.</summary>
    public string? Text(string name)
    {
        var value = source.Value(SettingCatalogue.Get(name)).Value;
        return string.IsNullOrEmpty(value) ? _overrides.GetValueOrDefault(name) : value;
    }

    public string Text(string name, string fallback) => Text(name) ?? fallback;

    /// <summary>
    /// Entries separated by commas and blanks, in order, without duplicates; <c>null</c> when there
    /// is none.
    /// </summary>
    public IReadOnlyList<string>? List(string name)
    {
        var pieces = Text(name)?.Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return pieces is { Count: > 0 } ? pieces : null;
    }

    public bool? Boolean(string name)
    {
        if (Text(name) is not { } value)
        {
            return null;
        }

        var parsed = Literals.Boolean(value);
        if (parsed is null)
        {
            Error(name, $"'{value}' is neither true nor false (true/false, 1/0, on/off, yes/no, t/f)");
        }

        return parsed;
    }

    public bool Boolean(string name, bool fallback) => Boolean(name) ?? fallback;

    /// <summary>A positive duration; a bare number counts in <paramref name="unit"/>.</summary>
    public TimeSpan? Duration(string name, TimeSpan unit)
    {
        if (Text(name) is not { } value)
        {
            return null;
        }

        var parsed = Literals.Duration(value, unit);
        WarnOctal(name, value);
        if (parsed is null || parsed <= TimeSpan.Zero)
        {
            Error(name, $"'{value}' is no positive time; write a number or 15m, 24h, 7d");
            return null;
        }

        return parsed;
    }

    /// <summary>A positive duration that a timer waits for: at most 24 h.</summary>
    public TimeSpan? Wait(string name, TimeSpan unit)
    {
        var wait = Duration(name, unit);
        if (wait is null || wait <= LongestWait)
        {
            return wait;
        }

        Error(name, $"'{Text(name)}' is longer than a day; write at most {LongestWait.TotalHours:0}h");
        return null;
    }

    /// <summary>An integer in Go's syntax; a value outside the bounds is an error.</summary>
    public int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } value)
        {
            return null;
        }

        if (GoNumber.Parse(value) is { } number && number >= least && number <= most)
        {
            WarnOctal(name, value);
            return (int)number;
        }

        Error(name, $"'{value}' is no whole number from {least} to {most}");
        return null;
    }

    public int? Port(string name)
    {
        if (Text(name) is not { } value)
        {
            return null;
        }

        if (GoNumber.Parse(value) is >= 0 and <= 65535 and var port)
        {
            WarnOctal(name, value);
            return (int)port;
        }

        var spelling = source.Value(SettingCatalogue.Get(name)).Spelling;
        if (spelling == "PORT")
        {
            // oidc-authservice never read PORT after 2019, so an unusable value must not stop the
            // start.
            Warn(spelling, "not a number, ignored; the current name is SERVER_PORT");
            return null;
        }

        Error(name, $"'{value}' is no port (0–65535)");
        return null;
    }

    /// <summary>
    /// One of the setting's choices; any other value is an error that lists them.
    /// </summary>
    public string? Choice(string name, StringComparison comparison = StringComparison.OrdinalIgnoreCase)
    {
        if (Text(name) is not { } value)
        {
            return null;
        }

        var choices = SettingCatalogue.Get(name).Choices;
        var found = choices.FirstOrDefault(choice => choice.Equals(value, comparison));
        if (found is null)
        {
            Error(name, $"'{value}' is not one of {string.Join(", ", choices)}");
        }

        return found;
    }

    private void WarnOctal(string name, string value)
    {
        if (GoNumber.IsHiddenOctal(value) && GoNumber.Parse(value) is { } number)
        {
            Warn(name, $"'{value}' begins with 0 and is octal, as in the replaced service: {GoNumber.Text(number)}");
        }
    }
}
