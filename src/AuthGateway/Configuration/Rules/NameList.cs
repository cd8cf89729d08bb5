using System.Text;
using System.Text.Json;

namespace AuthGateway.Configuration.Rules;

/// <summary>
/// Parses group names, which may contain blanks and commas: separated by commas only, <c>\,</c> is
/// a comma inside a name; or a JSON array of strings. A name cut in two must not admit another
/// group.
/// </summary>
internal static class NameList
{
    private static readonly string[] NameParts = ["CN=", "OU=", "DC=", "UID=", "O="];

    /// <summary>Names in order, trimmed, without duplicates; null when none is set.</summary>
    public static IReadOnlyList<string>? Read(SettingValues values, string setting)
    {
        if (values.Text(setting) is not { } text)
        {
            return null;
        }

        var array = TryReadArray(text);
        var trimmed = (array ?? Split(text)).Select(name => name.Trim());
        List<string> names = [.. trimmed.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];
        if (array is null)
        {
            WarnOfParts(values, setting, names);
        }

        return names.Count > 0 ? names : null;
    }

    // A glob may begin with a bracket too, so text that is no JSON array of strings is a comma
    // list.
    private static List<string>? TryReadArray(string text)
    {
        if (text[0] != '[')
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. document.RootElement.EnumerateArray().Select(item => item.GetString()!)]
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<string> Split(string text)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ',')
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == ',')
            {
                name.Append(',');
                i++;
            }
            else
            {
                name.Append(text[i]);
            }
        }

        names.Add(name.ToString());
        return names;
    }

    private static void WarnOfParts(SettingValues values, string setting, List<string> names)
    {
        var withoutComma = names.Where(name => !name.Contains(',', StringComparison.Ordinal)).ToList();
        foreach (var name in withoutComma.Where(name => name.Any(char.IsWhiteSpace)))
        {
            values.Warn(setting, $"'{name}' is read as one group; several are apart by commas");
        }

        var odd = names.Where(name => name.Contains(';', StringComparison.Ordinal) || name[0] is '"' or '\'');
        foreach (var name in odd)
        {
            values.Warn(
                setting,
                $"'{name}' is read as one group of exactly that name; write groups without quotes, apart by commas");
        }

        var parts = withoutComma
            .Where(name => NameParts.Any(part => name.StartsWith(part, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        if (parts.Count > 1)
        {
            values.Warn(
                setting,
                $"'{parts[1]}' is a group of its own here, and looks like a piece of a distinguished name; write "
                + "its commas as \\, or the list as a JSON array");
        }
    }
}
