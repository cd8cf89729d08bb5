using System.Text;
using System.Text.Unicode;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Configuration.Warnings;

namespace AuthGateway.Configuration;

/// <summary>
/// Keys and values of one env file, read as kustomize does, without surrounding quotes.
/// </summary>
internal sealed record EnvFile(string Path, IReadOnlyDictionary<string, string> Values)
{
    private const string NoLine = "not a KEY=VALUE line, ignored";

    /// <summary>
    /// Problems of single lines, each with file and line number; never with a value.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Lines whose value would differ from the written one, each with file and line number; never
    /// with a value.
    /// </summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>
    /// Reads a file: <c>KEY=VALUE</c> lines, <c>#</c> comments, blank lines; a bare <c>KEY</c>
    /// takes its value from the environment.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static EnvFile Load(string path, IReadOnlyDictionary<string, string>? environment = null)
    {
        var bytes = File.ReadAllBytes(path);
        using var reader = new StreamReader(
            new MemoryStream(bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        var file = Parse(path, reader.ReadToEnd(), environment ?? new Dictionary<string, string>());
        return reader.CurrentEncoding is UTF8Encoding ? file with { Errors = [.. ForeignLines(path, bytes)] } : file;
    }

    /// <summary>Like <see cref="Load"/>, for text in memory.</summary>
    public static EnvFile Parse(string path, string text, IReadOnlyDictionary<string, string> environment)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var warnings = new List<string>();
        var number = 0;
        foreach (var line in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            if (ReadLine(line.Trim(), environment, values) is { } problem)
            {
                warnings.Add($"{path}:{number}: {problem}");
            }
        }

        return new EnvFile(path, values) { Warnings = warnings };
    }

    /// <summary><c>"8080"</c> and <c>'8080'</c> become <c>8080</c>; anything else stays.</summary>
    public static string Unquote(string value) =>
        value.Length >= 2 && (value[0] is '"' or '\'') && value[^1] == value[0] ? value[1..^1] : value;

    /// <summary>
    /// Finds lines that are not UTF-8. A lost byte would change a name or a secret; comments may be
    /// in any encoding.
    /// </summary>
    private static List<string> ForeignLines(string path, byte[] bytes)
    {
        var problems = new List<string>();
        var number = 0;
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
        {
            number++;
            var line = bytes.AsSpan(range).TrimStart(" \t\r"u8);
            if (!Utf8.IsValid(line) && line[0] != '#')
            {
                problems.Add($"{path}:{number}: holds bytes that are not UTF-8; save the file as UTF-8");
            }
        }

        return problems;
    }

    private static string? ReadLine(
        string line, IReadOnlyDictionary<string, string> environment, Dictionary<string, string> values)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            return null;
        }

        // The file may be shared with a shell.
        line = line.StartsWith("export ", StringComparison.Ordinal) ? line["export ".Length..].TrimStart() : line;
        var split = line.IndexOf('=', StringComparison.Ordinal);
        var key = (split < 0 ? line : line[..split]).TrimEnd();
        if (key.Length == 0 || key.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return NoLine;
        }

        if (split < 0 && !environment.ContainsKey(key))
        {
            // A bare word may be the second line of a secret, so only likely setting names are
            // printed.
            return SettingCatalogue.Knows(key) || UnknownSettings.Nearest(key) is not null
                ? $"{key} has no value here and none in the environment, ignored"
                : NoLine;
        }

        var repeated = values.ContainsKey(key);
        values[key] = Unquote(split < 0 ? environment[key] : line[(split + 1)..].TrimStart());
        return repeated ? $"{key} is set twice, the later line counts"
            : values[key] is ['"' or '\'', ..]
                ? $"{key} begins with a quote that does not end on this line; it counts as part of the value"
                : null;
    }
}
