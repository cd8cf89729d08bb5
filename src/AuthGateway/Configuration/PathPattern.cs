using System.Text.RegularExpressions;
using AuthGateway.Configuration.GoRegex;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration;

/// <summary>
/// One entry of <c>API_PATHS</c> or <c>SKIP_AUTH_ROUTES</c>: <c>[METHOD=]PATTERN</c>. A pattern is
/// a path with everything below it (<c>/api</c>), a glob over the whole path in which <c>*</c> is
/// any characters, slashes too (<c>*/api/*</c>), or after a <c>~</c> a regular expression of RE2
/// that matches anywhere (<c>~^/v[0-9]+/</c>). Case-sensitive; the query is never matched.
/// </summary>
internal sealed record PathPattern
{
    private readonly string? _method;
    private readonly string? _path;
    private readonly Regex? _regex;

    private PathPattern(string text, string? method, string? path, Regex? regex)
    {
        Text = text;
        _method = method;
        _path = path;
        _regex = regex;
    }

    /// <summary>The entry as it is written.</summary>
    public string Text { get; }

    /// <summary>
    /// Parses one entry. Null, with a problem for the operator, when it is invalid.
    /// </summary>
    public static PathPattern? Parse(string text, out string? problem)
    {
        var (method, pattern) = Split(text);
        try
        {
            (problem, var parsed) = pattern switch
            {
                ['~', .. var expression] => (
                    expression.Length == 0 ? $"'{text}' has no expression behind the ~" : null,
                    new PathPattern(text, method, null, Re2Translator.Pattern(expression))),
                _ when pattern.Contains('*', StringComparison.Ordinal) =>
                    (FindGlobProblem(pattern), new PathPattern(text, method, null, Glob(pattern))),
                _ => (FindPathProblem(pattern), new PathPattern(text, method, pattern.TrimEnd('/'), null)),
            };
            return problem is null ? parsed : null;
        }
        catch (FormatException e)
        {
            problem = $"'{text}': {e.Message}";
            return null;
        }
    }

    /// <param name="method">The request's method.</param>
    /// <param name="path">A path, raw or decoded, without a query.</param>
    public bool Matches(string method, ReadOnlySpan<char> path) =>
        (_method is null || _method == method)
        && (_regex is null
            ? path.StartsWith(_path, StringComparison.Ordinal)
                && (path.Length == _path!.Length || path[_path.Length] == '/')
            : _regex.IsMatch(path));

    // Methods are upper-case tokens (RFC 9110 §9.1); a path or a glob may hold an equals sign.
    private static (string? Method, string Pattern) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && text.AsSpan(0, equals).IndexOfAnyExceptInRange('A', 'Z') < 0
            ? (text[..equals], text[(equals + 1)..])
            : (null, text);
    }

    private static Regex Glob(string pattern) => new(
        $@"\A{string.Join(".*", pattern.Split('*').Select(Regex.Escape))}\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);

    private static string? FindGlobProblem(string pattern) => pattern[0] is not ('/' or '*')
        ? $"'{pattern}' begins with neither / nor *"
        : pattern.Any(c => c is <= ' ' or > '~' or '?' or '#' or ';' or '\\')
            ? $"'{pattern}' has a character that no plain path has"
            : null;

    private static string? FindPathProblem(string pattern) =>
        pattern.TrimEnd('/') is { Length: > 0 } trimmed ? PathRules.Problem(trimmed)
        : pattern.Length == 0 ? "an entry is empty" : null;
}
