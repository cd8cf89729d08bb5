using System.Text;
using System.Text.Json;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// One claim, parsed once for both its readers, authorization rules and headers. Limits of header
/// values never affect an authorization decision. Whitespace at the ends is trimmed and empty
/// entries are omitted.
/// </summary>
internal sealed record ClaimValue
{
    private ClaimValue(ClaimShape shape, params IReadOnlyList<string> entries)
    {
        Shape = shape;
        Entries = entries;
    }

    /// <summary>A claim that is absent or <c>null</c>.</summary>
    public static ClaimValue Absent { get; } = new(ClaimShape.Absent);

    /// <summary>The JSON type of the claim.</summary>
    public ClaimShape Shape { get; }

    /// <summary>
    /// The single string, number or boolean; the entries of a list in order; or the member names of
    /// an object.
    /// </summary>
    public IReadOnlyList<string> Entries { get; }

    /// <summary>The whole object as compact JSON; null for every other shape.</summary>
    public string? Json { get; private init; }

    /// <summary>
    /// What could not be read, as the end of a sentence; null when everything was read.
    /// </summary>
    public string? LeftOut { get; private init; }

    /// <summary>
    /// The single string or number, or the first entry of a list; null otherwise. Used for claims
    /// that must have one value.
    /// </summary>
    public string? First =>
        Shape is ClaimShape.Text or ClaimShape.Number or ClaimShape.List && Entries is [var first, ..] ? first : null;

    /// <param name="claim">The claim; null when it is absent.</param>
    public static ClaimValue Read(JsonElement? claim) => claim switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => Absent,
        { ValueKind: JsonValueKind.Object } value => ReadObject(value),
        { ValueKind: JsonValueKind.Array } value => ReadList(value),
        { ValueKind: JsonValueKind.Number } value => new(ClaimShape.Number, value.GetRawText()),
        { ValueKind: JsonValueKind.True } => new(ClaimShape.Boolean, "true"),
        { ValueKind: JsonValueKind.False } => new(ClaimShape.Boolean, "false"),
        { } value => ReadText(value),
    };

    private static ClaimValue ReadText(JsonElement value) => TryGetText(value) switch
    {
        null => new(ClaimShape.Text) { LeftOut = "a text that is no Unicode" },
        "" => new(ClaimShape.Text),
        var text => new(ClaimShape.Text, text),
    };

    private static ClaimValue ReadObject(JsonElement value)
    {
        var names = Names(value).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal);
        return new(ClaimShape.Object, [.. names]) { Json = Compact(value) };
    }

    private static ClaimValue ReadList(JsonElement list)
    {
        var entries = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? leftOut = null;
        Collect(
            list,
            entry =>
            {
                if (entry.Length > 0 && seen.Add(entry))
                {
                    entries.Add(entry);
                }
            },
            reason => leftOut ??= reason);
        return new(ClaimShape.List, entries) { LeftOut = leftOut };
    }

    // Nested lists are flattened. An object in a list is read by its "name" member.
    private static void Collect(JsonElement list, Action<string> take, Action<string> leave)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array)
            {
                Collect(item, take, leave);
                continue;
            }

            var named = item.ValueKind != JsonValueKind.Object
                ? item
                : item.TryGetProperty("name", out var name) ? name : default;
            switch (named.ValueKind)
            {
                case JsonValueKind.String when TryGetText(named) is { } text:
                    take(text);
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    take(named.GetRawText());
                    break;
                case JsonValueKind.Null when item.ValueKind == JsonValueKind.Null:
                    break;
                default:
                    leave(item.ValueKind == JsonValueKind.Object
                        ? "an object without a name"
                        : "a text that is no Unicode");
                    break;
            }
        }
    }

    private static IEnumerable<string> Names(JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
        {
            yield return member.Name.Trim();
        }
    }

    // System.Text.Json throws on an unpaired surrogate only when the string is read.
    private static string? TryGetText(JsonElement value)
    {
        try
        {
            return value.GetString()?.Trim();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Compact(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
