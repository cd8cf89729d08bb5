using System.Text.Json;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// The claims of one user. A claim is read from userinfo, or from the ID token when userinfo lacks
/// it or has <c>null</c>.
/// </summary>
internal readonly struct Claims(JsonElement? userInfo, JsonElement idToken)
{
    private readonly JsonElement[] _sources =
        userInfo is { ValueKind: JsonValueKind.Object } known ? [known, idToken] : [idToken];

    /// <summary>The top-level claim names, for an error page; never values.</summary>
    public IEnumerable<string> Names => _sources
        .SelectMany(source => source.EnumerateObject().Select(property => property.Name))
        .Distinct()
        .Order(StringComparer.Ordinal);

    /// <summary>
    /// Finds a claim by its exact name, otherwise along a dotted path; null when absent. A claim that
    /// is JSON null counts as absent.
    /// </summary>
    public JsonElement? Find(string name)
    {
        foreach (var source in _sources)
        {
            if (source.Member(name) is { } direct)
            {
                return direct;
            }

            if (name.Contains('.', StringComparison.Ordinal) && Walk(source, name) is { } nested)
            {
                return nested;
            }
        }

        return null;
    }

    /// <summary>The parsed claim, as used by rules and headers.</summary>
    public ClaimValue Read(string name) => ClaimValue.Read(Find(name));

    /// <summary>
    /// A string byte for byte, not trimmed: for protocol identifiers such as <c>sub</c>.
    /// </summary>
    public string? Text(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>
    /// True for a boolean true and for the string "true", which some providers send.
    /// </summary>
    public bool IsTrue(string name) =>
        Read(name) is { Shape: ClaimShape.Boolean or ClaimShape.Text, Entries: ["true"] };

    private static JsonElement? Walk(JsonElement element, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || element.Member(step) is not { } inner)
            {
                return null;
            }

            element = inner;
        }

        return element;
    }
}
