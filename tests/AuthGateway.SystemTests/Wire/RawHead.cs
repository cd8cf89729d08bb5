namespace AuthGateway.SystemTests.Wire;

/// <summary>The head of one HTTP/1.1 message as it came over the wire, read as Latin-1 so that no byte is lost.</summary>
internal sealed record RawHead(string Text)
{
    public string StartLine => Lines[0];

    /// <summary>Request target; only of a request.</summary>
    public string Target => StartLine.Split(' ')[1];

    /// <summary>Status; only of an answer.</summary>
    public int Status => int.Parse(StartLine.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Start line and header lines, in order, as written.</summary>
    public IReadOnlyList<string> Lines { get; } = Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Header lines whose name folds to the given one: case, <c>_</c> and <c>.</c> count as nothing.</summary>
    public IReadOnlyList<string> LinesFoldingTo(string name) => [.. Lines.Skip(1).Where(line => Fold(line.Split(':')[0]) == Fold(name))];

    public string? Value(string name) => Lines.Skip(1)
        .Where(line => line.Split(':')[0].Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    private static string Fold(string name) => name.ToLowerInvariant().Replace('_', '-').Replace('.', '-');
}
