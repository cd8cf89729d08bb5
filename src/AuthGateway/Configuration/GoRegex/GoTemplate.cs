using System.Text;

namespace AuthGateway.Configuration.GoRegex;

/// <summary>
/// Translates Go's replacement templates (regexp.Expand) to .NET: <c>$name</c> takes the longest
/// run of letters, digits and <c>_</c>; <c>$$</c> is a dollar.
/// </summary>
internal static class GoTemplate
{
    /// <exception cref="FormatException">A <c>$</c> is not followed by a name.</exception>
    public static string Translate(string template, Re2Groups groups)
    {
        var result = new StringBuilder();
        for (var i = 0; i < template.Length;)
        {
            if (template[i] != '$')
            {
                result.Append(template[i++]);
            }
            else if (i + 1 < template.Length && template[i + 1] == '$')
            {
                result.Append("$$");
                i += 2;
            }
            else
            {
                var name = NameAt(template, i, out var length);
                // An unknown name is empty in Go.
                result.Append(groups.NumberOf(name) is { } number ? $"${{{number}}}" : "");
                i += length;
            }
        }

        return result.ToString();
    }

    private static string NameAt(string template, int at, out int length)
    {
        var braces = at + 1 < template.Length && template[at + 1] == '{';
        var start = at + (braces ? 2 : 1);
        var end = start;
        while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_'))
        {
            end++;
        }

        if (end == start || (braces && (end >= template.Length || template[end] != '}')))
        {
            throw new FormatException($"the template's $ at position {at} begins no name; write $$ for a dollar");
        }

        length = end - at + (braces ? 1 : 0);
        return template[start..end];
    }
}
