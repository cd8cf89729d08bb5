using System.Text.Json;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Claims of one user: userinfo first, the ID token where userinfo is silent.</summary>
internal readonly struct Claims(JsonElement? userInfo, JsonElement idToken)
{
    private readonly JsonElement[] _sources = userInfo is { ValueKind: JsonValueKind.Object } known ? [known, idToken] : [idToken];

    /// <summary>Top-level names, for a page that says what arrived; never values.</summary>
    public IEnumerable<string> Names => _sources.SelectMany(source => source.EnumerateObject().Select(property => property.Name)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>By exact name, else along a dotted path; null when absent.</summary>
    public JsonElement? Find(string name)
    {
        foreach (var source in _sources)
        {
            if (source.TryGetProperty(name, out var direct))
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

    /// <summary>The claim in its one shape, for rules and headers alike.</summary>
    public ClaimValue Read(string name) => ClaimValue.Read(Find(name));

    /// <summary>A text byte for byte, untrimmed: for identifiers of the protocol (<c>sub</c>).</summary>
    public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A boolean, or the text "true" that some providers send.</summary>
    public bool IsTrue(string name) => Read(name) is { Shape: ClaimShape.Boolean or ClaimShape.Text, Entries: ["true"] };

    private static JsonElement? Walk(JsonElement element, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
            {
                return null;
            }
        }

        return element;
    }
}
