using System.Globalization;

namespace AuthGateway.Configuration.GoRegex;

/// <summary>
/// Parses integers like Go's <c>strconv.ParseInt(text, 0, 64)</c>, which read the settings of
/// oidc-authservice: a sign, <c>0x</c>, <c>0o</c>, <c>0b</c>, a leading 0 for octal, and <c>_</c>
/// between digits.
/// </summary>
internal static class GoNumber
{
    /// <summary>Null for everything that Go rejects.</summary>
    public static long? Parse(string text)
    {
        var digits = text.AsSpan();
        var isNegative = digits.StartsWith("-");
        if (isNegative || digits.StartsWith("+"))
        {
            digits = digits[1..];
        }

        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            radix = char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };
            digits = digits[(radix == 0 ? 1 : 2)..];
            radix = radix == 0 ? 8 : radix;

            // An underscore may follow the base (Go specification, "Integer literals").
            digits = digits.StartsWith("_") ? digits[1..] : digits;
        }

        return Read(digits, radix) is { } number ? isNegative ? -number : number : null;
    }

    /// <summary>
    /// True when a leading 0 makes a number octal that looks decimal: <c>010</c> is 8.
    /// </summary>
    public static bool IsHiddenOctal(string text)
    {
        var digits = text.TrimStart('+', '-');
        return digits.Length > 1 && digits[0] == '0' && digits.All(c => char.IsAsciiDigit(c) || c == '_');
    }

    private static long? Read(ReadOnlySpan<char> digits, int radix)
    {
        long number = 0;
        var previous = '_';
        foreach (var c in digits)
        {
            if (c == '_' && previous == '_')
            {
                return null;
            }

            previous = c;
            if (c == '_')
            {
                continue;
            }

            var value = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (value >= radix || number > (long.MaxValue - value) / radix)
            {
                return null;
            }

            number = (number * radix) + value;
        }

        return previous == '_' ? null : number;
    }

    /// <summary>Formats a number for a message.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
