using System.Text;
using System.Text.RegularExpressions;

namespace AuthGateway.Configuration.GoRegex;

/// <summary>
/// Translates RE2 patterns and Go templates (regexp/syntax, regexp.Expand) to .NET's
/// non-backtracking engine, which runs in linear time. A pattern without an equivalent is rejected
/// with its position.
/// </summary>
internal static class Re2Translator
{
    /// <exception cref="FormatException">
    /// The pattern or template cannot be translated; the message names the position.
    /// </exception>
    public static UserIdTransformer Translate(string pattern, string template)
    {
        var groups = new Re2Groups();
        var regex = Compile(pattern, groups);
        return new UserIdTransformer(regex, GoTemplate.Translate(template, groups));
    }

    /// <summary>A pattern alone; it matches anywhere, as in RE2.</summary>
    /// <exception cref="FormatException">The pattern cannot be translated.</exception>
    public static Regex Pattern(string pattern) => Compile(pattern, new Re2Groups());

    private static Regex Compile(string pattern, Re2Groups groups)
    {
        try
        {
            return new Regex(
                TranslatePattern(pattern, groups), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (RegexParseException e)
        {
            throw new FormatException($"pattern cannot be read near position {e.Offset}: {e.Error}", e);
        }
        catch (NotSupportedException e)
        {
            throw new FormatException("pattern uses look-around or a back-reference, at position 0 or later", e);
        }
    }

    private static string TranslatePattern(string pattern, Re2Groups groups)
    {
        var result = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length;)
        {
            if (pattern[i] == '\\')
            {
                i += Re2Escape.Translate(pattern, i, inClass, result);
            }
            else if (inClass)
            {
                i += InClass(pattern, i, result, ref inClass);
            }
            else
            {
                i += Outside(pattern, i, result, groups, ref inClass);
            }
        }

        return result.ToString();
    }

    private static int InClass(string pattern, int at, StringBuilder result, ref bool inClass)
    {
        if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
        {
            var end = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
            var name = end < 0 ? "" : pattern[(at + 2)..end];
            return Re2Escape.PosixClasses.TryGetValue(name, out var set)
                ? Append(result, set, end - at + 2)
                : throw new FormatException($"[:{name}:] at position {at} is no class that can be carried over");
        }

        inClass = pattern[at] != ']';
        return Append(result, pattern[at] == '[' ? "\\[" : pattern[at].ToString(), 1);
    }

    private static int Outside(string pattern, int at, StringBuilder result, Re2Groups groups, ref bool inClass)
    {
        var rest = pattern.AsSpan(at);
        if (rest.StartsWith("(?=")
            || rest.StartsWith("(?!")
            || rest.StartsWith("(?<=")
            || rest.StartsWith("(?<!")
            || rest.StartsWith("(?>"))
        {
            throw new FormatException($"look-around at position {at} is not part of RE2");
        }

        if (rest.StartsWith("(?P<") || rest.StartsWith("(?<"))
        {
            return groups.OpenNamed(pattern, at, result);
        }

        if (rest.StartsWith("(?"))
        {
            return Append(result, OpenFlags(rest, at), 2);
        }

        if (rest[0] == '(')
        {
            groups.Open(result);
            return 1;
        }

        if (rest[0] == '$')
        {
            return Append(result, "\\z", 1); // RE2's $ is the very end; .NET's also matches before a final line feed.
        }

        if (rest[0] == '[')
        {
            return OpenClass(pattern, at, result, ref inClass);
        }

        return Append(result, rest[0].ToString(), 1);
    }

    /// <summary>
    /// Flags <c>i</c> and <c>s</c> are the same in .NET; <c>m</c> would change <c>$</c> and
    /// <c>U</c> has no equivalent, so both are rejected.
    /// </summary>
    private static string OpenFlags(ReadOnlySpan<char> rest, int at)
    {
        var end = rest.IndexOfAny(':', ')');
        var flags = end < 0 ? rest[2..] : rest[2..end];
        if (flags.Contains('U'))
        {
            throw new FormatException(
                $"the flag U (ungreedy) at position {at} has no equal here; write *? and +? where the shortest "
                + "match is meant");
        }

        if (flags.Contains('m'))
        {
            throw new FormatException($"the flag m (several lines) at position {at} has no equal here");
        }

        return end >= 0 && flags.IndexOfAnyExcept("is-") < 0
            ? "(?"
            : throw new FormatException($"the group at position {at} has no equal here");
    }

    /// <summary>
    /// Translates <c>[</c> or <c>[^</c>, and a first <c>]</c>, which is a literal.
    /// </summary>
    private static int OpenClass(string pattern, int at, StringBuilder result, ref bool inClass)
    {
        inClass = true;
        var length = pattern.AsSpan(at).StartsWith("[^") ? 2 : 1;
        result.Append(pattern, at, length);
        return at + length < pattern.Length && pattern[at + length] == ']' ? Append(result, "\\]", length + 1) : length;
    }

    private static int Append(StringBuilder result, string text, int consumed)
    {
        result.Append(text);
        return consumed;
    }
}
