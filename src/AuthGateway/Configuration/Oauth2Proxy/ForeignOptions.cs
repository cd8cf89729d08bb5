using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// The options of oauth2-proxy that are set, by their names in its file. An environment variable
/// takes precedence over the file; an empty variable counts as not set. Reading an option marks it,
/// so that one that was forgotten can be named.
/// </summary>
internal sealed class ForeignOptions
{
    private readonly Dictionary<string, (IReadOnlyList<string> Values, bool IsText, string Label)> _options =
        new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private readonly HashSet<string> _padded = new(StringComparer.Ordinal);

    public bool IsEmpty => _options.Count == 0;

    /// <summary>Names in order.</summary>
    public IEnumerable<string> Names => _options.Keys.Order(StringComparer.Ordinal);

    /// <summary>Options that are set and were never read.</summary>
    public IEnumerable<string> Unread => Names.Where(name => !_read.Contains(name));

    /// <summary>
    /// Lists that were read from one text with a blank beside a comma, in order: the blank is part
    /// of an entry for oauth2-proxy, which is hardly meant.
    /// </summary>
    public IEnumerable<string> Padded => _padded.Order(StringComparer.Ordinal);

    /// <param name="name">Name as in the file.</param>
    /// <param name="text">A text, a number or a boolean.</param>
    /// <param name="label">How the option is named to the operator: as it is written.</param>
    public void Add(string name, string text, string label) => _options[name] = ([text], true, label);

    /// <summary>Like <see cref="Add"/>, for a list.</summary>
    public void AddList(string name, IReadOnlyList<string> values, string label) =>
        _options[name] = (values, false, label);

    public bool Has(string name) => _options.ContainsKey(name);

    /// <summary>The option as it is written: <c>cookie_name</c>, or its variable.</summary>
    public string Label(string name) => _options.TryGetValue(name, out var option) ? option.Label : name;

    /// <summary>Null when it is not set or empty.</summary>
    public string? Text(string name)
    {
        _read.Add(name);
        return _options.TryGetValue(name, out var option) && string.Join(',', option.Values) is { Length: > 0 } text
            ? text
            : null;
    }

    /// <summary>
    /// The entries, empty ones too; none when it is not set. One text is split at its commas, as
    /// oauth2-proxy does it: a blank beside a comma belongs to the entry.
    /// </summary>
    public IReadOnlyList<string> List(string name)
    {
        _read.Add(name);
        return !_options.TryGetValue(name, out var option) ? []
            : option.IsText ? SplitText(name, option.Values[0])
            : option.Values;
    }

    /// <summary>
    /// A text that is no boolean counts as the value that <paramref name="doubtful"/> names.
    /// </summary>
    public bool Flag(string name, bool absent, bool doubtful) => Text(name) is not { } text
        ? absent
        : Literals.Boolean(text) ?? doubtful;

    private string[] SplitText(string name, string text)
    {
        var entries = text.Split(',');
        if (entries.Any(entry => entry != entry.Trim()))
        {
            _padded.Add(name);
        }

        return entries;
    }
}
