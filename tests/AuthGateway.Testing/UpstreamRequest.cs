namespace AuthGateway.Testing;

/// <summary>What the upstream saw, unjudged: the request line's target, header lines in order and case, body, trailers.</summary>
internal sealed record UpstreamRequest(int Connection, string Method, string Target, IReadOnlyList<string> Lines)
{
    public byte[] Body { get; init; } = [];

    public IReadOnlyList<string> Trailers { get; init; } = [];

    /// <summary>False when the body broke off.</summary>
    public bool IsComplete { get; init; } = true;

    public IReadOnlyList<string> All(string name) =>
        [.. Lines.Where(line => NameOf(line).Equals(name, StringComparison.OrdinalIgnoreCase)).Select(ValueOf)];

    /// <summary>Values of every header whose name is <paramref name="name"/> after folding, as CGI and WSGI servers fold.</summary>
    public IReadOnlyList<string> AllFolded(string name) =>
        [.. Lines.Where(line => Fold(NameOf(line)) == Fold(name)).Select(ValueOf)];

    public string? Header(string name) => All(name) is [var only, ..] ? only : null;

    public static string Fold(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));

    public static string NameOf(string line) => line[..Math.Max(0, line.IndexOf(':', StringComparison.Ordinal))];

    public static string ValueOf(string line) => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' ');
}
