using System.Globalization;
using Tomlyn;
using Tomlyn.Model;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>Reads oauth2-proxy's file (<c>oauth2_proxy.cfg</c>, TOML).</summary>
internal static class TomlOptions
{
    private const string NoValue = "is neither a text, a number, true or false, nor a list of those";

    /// <summary>Adds the options of a file.</summary>
    /// <returns>Problems, each with the file; never a value.</returns>
    public static IReadOnlyList<string> Read(string path, ForeignOptions options)
    {
        try
        {
            return Parse(path, File.ReadAllText(path), options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var problem = Directory.Exists(path) ? "is a folder, not a file" : "cannot be read: " + e.Message;
            return [$"{path}: {problem}"];
        }
    }

    /// <summary>Like <see cref="Read"/>, for text in memory.</summary>
    public static IReadOnlyList<string> Parse(string path, string text, ForeignOptions options)
    {
        TomlTable table;
        try
        {
            table = TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (TomlException e)
        {
            return [$"{path}: is no TOML file (line {e.Line?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}); "
                + Oauth2ProxyNames.AlphaRefusal];
        }

        var problems = new List<string>();
        foreach (var (name, value) in table)
        {
            if (!Oauth2ProxyNames.Knows(name))
            {
                problems.Add(Unknown(path, name));
            }
            else if (value is TomlArray array)
            {
                AddList(path, name, array, options, problems);
            }
            else if (Scalar(value) is { } one)
            {
                options.Add(name, one, name);
            }
            else
            {
                problems.Add($"{path}: {name} {NoValue}");
            }
        }

        return problems;
    }

    // A misspelt allowed_groups would let everyone in; oauth2-proxy refuses such a file too.
    private static string Unknown(string path, string name) =>
        $"{path}: {(name.Any(char.IsControl) ? "an option" : name)} is no option of oauth2-proxy"
        + (Oauth2ProxyNames.Nearest(name) is { } right ? $"; did you mean {right}?" : "");

    private static void AddList(
        string path, string name, TomlArray array, ForeignOptions options, List<string> problems)
    {
        var entries = array.Select(Scalar).ToList();
        if (entries.Contains(null))
        {
            problems.Add($"{path}: {name} {NoValue}");
            return;
        }

        options.AddList(name, [.. entries.Select(entry => entry!)], name);
    }

    private static string? Scalar(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
