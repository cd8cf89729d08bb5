using System.Text.Json;

namespace AuthGateway.Oidc;

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

    public string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A text alone, or the texts of an array; numbers, objects and nulls inside are not names and are left out.</summary>
    public IEnumerable<string> Texts(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };

    /// <summary>A boolean, or the text "true" that some providers send.</summary>
    public bool IsTrue(string name) => Find(name) is { } value && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));

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
