using System.Globalization;
using System.Text;

namespace AuthGateway.Configuration.GoRegex;

/// <summary>
/// Translates RE2 escapes and named classes (regexp/syntax) to .NET, limited to ASCII as in Go.
/// </summary>
internal static class Re2Escape
{
    public static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = "\\x00-\\x7F",
        ["blank"] = "\\t ",
        ["cntrl"] = "\\x00-\\x1F\\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = "!-/:-@\\[-`{-~",
        ["space"] = "\\t\\n\\v\\f\\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>
    /// Appends the .NET equivalent of the escape at <paramref name="at"/>. Returns the number of
    /// characters read.
    /// </summary>
    /// <exception cref="FormatException">
    /// There is no equivalent; the message names the position.
    /// </exception>
    public static int Translate(string pattern, int at, bool inClass, StringBuilder result)
    {
        if (at + 1 >= pattern.Length)
        {
            throw new FormatException($"a lone backslash at position {at}");
        }

        var letter = pattern[at + 1];
        switch (letter)
        {
            case 'p' or 'P' when at + 2 < pattern.Length && pattern[at + 2] != '{':
                result.Append('\\').Append(letter).Append('{').Append(pattern[at + 2]).Append('}');
                return 3;
            case 'd' or 'w' or 's':
                return Append(result, Ascii(letter, inClass), 2);
            case 'D' or 'W' or 'S' when !inClass:
                return Append(result, $"[^{AsciiSet(char.ToLowerInvariant(letter))}]", 2);
            case 'x' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                return CodePoint(pattern, at, result);
            case 'Q' or 'C' or 'D' or 'W' or 'S' or (>= '1' and <= '9') or 'k' or 'Z' or 'G':
                throw new FormatException($"\\{letter} at position {at} has no equal here");
            default:
                return Append(result, pattern.Substring(at, 2), 2);
        }
    }

    private static int CodePoint(string pattern, int at, StringBuilder result)
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0
            || !int.TryParse(pattern.AsSpan(at + 3, end - at - 3), NumberStyles.HexNumber, null, out var code)
            || code is < 0 or > 0xFFFF)
        {
            throw new FormatException($"the code point at position {at} has no equal here");
        }

        return Append(result, $"\\u{code:X4}", end - at + 1);
    }

    private static string Ascii(char letter, bool inClass) => inClass ? AsciiSet(letter) : $"[{AsciiSet(letter)}]";

    private static string AsciiSet(char letter) =>
        letter switch { 'd' => "0-9", 'w' => "0-9A-Za-z_", _ => "\\t\\n\\f\\r " };

    private static int Append(StringBuilder result, string text, int consumed)
    {
        result.Append(text);
        return consumed;
    }
}
