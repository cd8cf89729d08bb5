using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AuthGateway.Testing;

/// <summary>One HTTP/1.1 answer as it stood on the wire: header lines in order, names in their case, the body as bytes.</summary>
internal sealed record RawResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Location => Header("Location");

    public IReadOnlyList<string> SetCookies => All("Set-Cookie");

    /// <summary>The stable code of a page of ours.</summary>
    public string? ErrorCode => Regex.Match(Text, "data-error=\"?([a-z0-9_-]+)\"?") is { Success: true } match ? match.Groups[1].Value : null;

    public JsonNode Json => JsonNode.Parse(Text)!;

    public IReadOnlyList<string> All(string name) =>
        [.. Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)];

    public string? Header(string name) => All(name) is [var only, ..] ? only : null;

    /// <summary>Names of cookies that this answer sets with a value.</summary>
    public IReadOnlyList<string> CookiesSet =>
        [.. SetCookies.Where(line => !IsDeletion(line)).Select(line => line[..line.IndexOf('=', StringComparison.Ordinal)])];

    public override string ToString() => $"{Status} {string.Join(" | ", Headers.Select(header => $"{header.Key}: {header.Value}"))}\n{Text[..Math.Min(Text.Length, 1500)]}";

    private static bool IsDeletion(string line) =>
        Regex.IsMatch(line, "max-age=(0|-)", RegexOptions.IgnoreCase) || Regex.IsMatch(line, "expires=[^;]*(1970|0001)", RegexOptions.IgnoreCase);
}
