using System.Globalization;

namespace AuthGateway.Configuration;

/// <summary>
/// One row of the table of background probes: a path pattern and the status that a probe without a
/// session gets instead of 401. Segments are compared as they are written; <c>*</c> is one segment,
/// <c>{uuid}</c> one UUID (RFC 9562 §4), a leading <c>**</c> any number of segments.
/// </summary>
internal sealed record ProbeRow
{
    private const string Uuid = "{uuid}";
    private readonly string[] _segments;
    private readonly bool _anywhere;

    private ProbeRow(string pattern, int status)
    {
        Pattern = pattern;
        Status = status;
        _anywhere = pattern.StartsWith("**/", StringComparison.Ordinal)
            || pattern.StartsWith("/**/", StringComparison.Ordinal);
        _segments = pattern[(_anywhere ? pattern.IndexOf("**/", StringComparison.Ordinal) + 3 : 1)..].Split('/');
    }

    /// <summary>
    /// JupyterLab 4 and Notebook 7 request the kernel after its WebSocket closed. They retry after
    /// a network error, 424 and 503; every other error is shown as "Kernel died unexpectedly",
    /// final until the page is reloaded.
    /// </summary>
    public static ProbeRow JupyterKernel { get; } = new("**/api/kernels/{uuid}", 424);

    public string Pattern { get; }

    /// <summary>400 to 499, which every entry point can return.</summary>
    public int Status { get; }

    /// <summary>
    /// Parses <c>PATTERN=STATUS</c>. Null, with a problem for the operator, when it is invalid.
    /// </summary>
    public static ProbeRow? Parse(string text, out string? problem)
    {
        var equals = text.LastIndexOf('=');
        var pattern = equals < 0 ? text : text[..equals];
        problem = equals < 0
            || !int.TryParse(text[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            || status is < 400 or > 499
            ? $"'{text}' is no PATTERN=STATUS with a status from 400 to 499; "
                + "write for example **/api/kernels/{uuid}=424"
            : FindPatternError(pattern);
        return problem is null
            ? new ProbeRow(pattern, int.Parse(text[(equals + 1)..], CultureInfo.InvariantCulture))
            : null;
    }

    /// <param name="path">The raw path, unambiguous.</param>
    public bool Matches(ReadOnlySpan<char> path)
    {
        var rest = path;
        for (var i = _segments.Length - 1; i >= 0; i--)
        {
            var slash = rest.LastIndexOf('/');
            if (slash < 0 || !MatchesSegment(_segments[i], rest[(slash + 1)..]))
            {
                return false;
            }

            rest = rest[..slash];
        }

        return _anywhere || rest.IsEmpty;
    }

    private static bool MatchesSegment(string pattern, ReadOnlySpan<char> segment) => pattern switch
    {
        "*" => !segment.IsEmpty,
        Uuid => Guid.TryParseExact(segment, "D", out _),
        _ => segment.SequenceEqual(pattern),
    };

    private static string? FindPatternError(string pattern)
    {
        var rest = pattern.StartsWith("**/", StringComparison.Ordinal)
            ? pattern[2..]
            : pattern.StartsWith("/**/", StringComparison.Ordinal) ? pattern[3..] : pattern;
        if (rest.Length < 2 || rest[0] != '/')
        {
            return $"'{pattern}' does not begin with / or **/";
        }

        if (rest.Any(c => c is <= ' ' or > '~' or '?' or '#' or '%' or ';' or '\\'))
        {
            return $"'{pattern}' has a character that no plain path has";
        }

        return Array.Find(rest[1..].Split('/'), IsInvalidSegment) is { } wrong
            ? $"'{pattern}' has the segment '{wrong}'; a segment is text, * or {Uuid}, "
                + "and ** is allowed only at the beginning"
            : null;
    }

    private static bool IsInvalidSegment(string segment) =>
        segment is "" or "." or ".."
        || (segment is not ("*" or Uuid) && segment.AsSpan().ContainsAny('*', '{', '}'));
}
