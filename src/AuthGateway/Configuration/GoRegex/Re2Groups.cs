using System.Globalization;
using System.Text;

namespace AuthGateway.Configuration.GoRegex;

/// <summary>
/// Numbers the groups of a pattern as Go does (regexp.Expand, regexp/syntax): named and unnamed
/// ones together, by their opening brackets from the left. .NET numbers the unnamed ones first, so
/// each group gets its number explicitly.
/// </summary>
internal sealed class Re2Groups
{
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Appends the start of an unnamed group.</summary>
    public void Open(StringBuilder result) => result.Append(CultureInfo.InvariantCulture, $"(?<{++_count}>");

    /// <summary>
    /// Appends the start of the named group <c>(?P&lt;name&gt;</c> or <c>(?&lt;name&gt;</c> at
    /// <paramref name="at"/>. Returns the number of characters read.
    /// </summary>
    /// <exception cref="FormatException">The name is invalid in Go, or already used.</exception>
    public int OpenNamed(string pattern, int at, StringBuilder result)
    {
        var start = pattern.IndexOf('<', at) + 1;
        var end = pattern.IndexOf('>', start);
        var name = end < 0 ? "" : pattern[start..end];
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
        {
            throw new FormatException($"the group at position {at} has no name of letters, digits and _");
        }

        Open(result);
        if (!_names.TryAdd(name, _count))
        {
            throw new FormatException($"the group at position {at} has the name {name} of another one");
        }

        return end - at + 1;
    }

    /// <summary>
    /// Number of the group that <c>$name</c> of a template refers to; null when there is none,
    /// which is empty in Go.
    /// </summary>
    public int? NumberOf(string name)
    {
        // Digits alone are a number, unless they begin with 0.
        if (name.All(char.IsAsciiDigit) && (name == "0" || name[0] != '0'))
        {
            return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number <= _count
                ? number
                : null;
        }

        return _names.TryGetValue(name, out var named) ? named : null;
    }
}
