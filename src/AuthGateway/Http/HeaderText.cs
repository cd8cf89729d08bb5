using System.Globalization;
using System.Text;

namespace AuthGateway.Http;

/// <summary>
/// Header values travel as bytes: Kestrel and the forwarder are set to Latin-1, so one <see cref="char"/> is one byte on the wire.
/// Text of ours that is not ASCII goes as UTF-8, the same in every door.
/// </summary>
internal static class HeaderText
{
    /// <summary>UTF-8 bytes as one character each.</summary>
    public static string ToWire(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// True when each character of the text has a shape of its own: no control, format, private or unassigned one, no line or paragraph separator, and not the sign for a
    /// character that was lost. Two people whose names look the same are one person to an application.
    /// </summary>
    public static bool IsVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when the text has no control character: nothing that could end a header line or hide in one (invariant I5).</summary>
    public static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f');

    /// <summary>A text of somebody else for a log line or a plain answer: at most 120 characters, control characters as <c>?</c>.</summary>
    public static string Shown(string text) =>
        new([.. text.Take(120).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c)]);

    /// <summary>A list of names the same way: at most 50, the number of the others behind them.</summary>
    public static string Shown(IReadOnlyList<string> names) =>
        string.Join(',', names.Take(50).Select(Shown)) + (names.Count > 50 ? $" and {names.Count - 50} more" : "");
}
