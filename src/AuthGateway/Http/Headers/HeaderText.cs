using System.Globalization;
using System.Text;

namespace AuthGateway.Http.Headers;

/// <summary>
/// Converts and checks header values. They travel as bytes: Kestrel and the forwarder are set to
/// Latin-1, so one <see cref="char"/> is one byte on the wire. Non-ASCII text of the gateway is
/// sent as UTF-8 on every entry point.
/// </summary>
internal static class HeaderText
{
    /// <summary>Encodes text as UTF-8, one character for each byte.</summary>
    public static string ToWire(string text) =>
        Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// True when each character of the text has a visible shape: no control, format, private-use or
    /// unassigned character, no line or paragraph separator, and no replacement character (U+FFFD).
    /// Two user names that look the same are one user to an application.
    /// </summary>
    public static bool IsVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// True when the text has no control character, so that it cannot end a header line or hide in
    /// one.
    /// </summary>
    public static bool IsPrintable(string text) =>
        !text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f');

    /// <summary>
    /// Prepares foreign text for a log line, a page or a plain response: at most 120 characters,
    /// control and format characters and line separators as <c>?</c>.
    /// </summary>
    public static string Shown(string text) => new([.. text.Take(120).Select(c => IsUnsafe(c) ? '?' : c)]);

    /// <summary>
    /// True for a character that can end a line or change the order in which the others are shown.
    /// </summary>
    public static bool IsUnsafe(char c) =>
        char.IsControl(c)
        || c is '\u2028' or '\u2029'
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format;

    /// <summary>
    /// Prepares a list of foreign names for a log line: at most 50, followed by the number of the
    /// others.
    /// </summary>
    public static string Shown(IReadOnlyList<string> names) =>
        string.Join(',', names.Take(50).Select(Shown)) + (names.Count > 50 ? $" and {names.Count - 50} more" : "");
}
