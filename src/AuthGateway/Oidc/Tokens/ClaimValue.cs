using System.Text;
using System.Text.Json;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// One claim, read once into one shape. Rules and headers are two readers of it: what a header cannot carry is the header's matter and
/// never reaches a decision. Blanks at the ends are trimmed, empty entries do not count.
/// </summary>
internal sealed record ClaimValue
{
    private ClaimValue(ClaimShape shape, params IReadOnlyList<string> entries)
    {
        Shape = shape;
        Entries = entries;
    }

    /// <summary>Not there, or <c>null</c>.</summary>
    public static ClaimValue Absent { get; } = new(ClaimShape.Absent);

    public ClaimShape Shape { get; }

    /// <summary>A text, number or boolean alone; the entries of a list, in order; the names of an object's members.</summary>
    public IReadOnlyList<string> Entries { get; }

    /// <summary>The whole object, compact; null for every other shape.</summary>
    public string? Json { get; private init; }

    /// <summary>What could not be read, and why, as the end of a sentence; null when everything was.</summary>
    public string? LeftOut { get; private init; }

    /// <summary>A text or number alone, or the first entry of a list; null for anything else. What a single value is read from.</summary>
    public string? First => Shape is ClaimShape.Text or ClaimShape.Number or ClaimShape.List && Entries is [var first, ..] ? first : null;

    /// <param name="claim">Null for one that is absent.</param>
    public static ClaimValue Read(JsonElement? claim) => claim switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => Absent,
        { ValueKind: JsonValueKind.Object } value => OfObject(value),
        { ValueKind: JsonValueKind.Array } value => OfList(value),
        { ValueKind: JsonValueKind.Number } value => new(ClaimShape.Number, value.GetRawText()),
        { ValueKind: JsonValueKind.True } => new(ClaimShape.Boolean, "true"),
        { ValueKind: JsonValueKind.False } => new(ClaimShape.Boolean, "false"),
        { } value => OfText(value),
    };

    private static ClaimValue OfText(JsonElement value) => TextOf(value) switch
    {
        null => new(ClaimShape.Text) { LeftOut = "a text that is no Unicode" },
        "" => new(ClaimShape.Text),
        var text => new(ClaimShape.Text, text),
    };

    private static ClaimValue OfObject(JsonElement value) =>
        new(ClaimShape.Object, [.. Names(value).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)]) { Json = Compact(value) };

    private static ClaimValue OfList(JsonElement list)
    {
        var entries = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? leftOut = null;
        Collect(list, entry =>
        {
            if (entry.Length > 0 && seen.Add(entry))
            {
                entries.Add(entry);
            }
        }, reason => leftOut ??= reason);
        return new(ClaimShape.List, entries) { LeftOut = leftOut };
    }

    // A list inside a list is part of it; an object inside is read by its name.
    private static void Collect(JsonElement list, Action<string> take, Action<string> leave)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array)
            {
                Collect(item, take, leave);
                continue;
            }

            var named = item.ValueKind == JsonValueKind.Object ? item.TryGetProperty("name", out var name) ? name : default : item;
            switch (named.ValueKind)
            {
                case JsonValueKind.String when TextOf(named) is { } text:
                    take(text);
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    take(named.GetRawText());
                    break;
                case JsonValueKind.Null when item.ValueKind == JsonValueKind.Null:
                    break;
                default:
                    leave(item.ValueKind == JsonValueKind.Object ? "an object without a name" : "a text that is no Unicode");
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

    // Half a surrogate pair throws when it is read, and only then.
    private static string? TextOf(JsonElement value)
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

/// <summary>What kind of JSON a claim is.</summary>
internal enum ClaimShape { Absent, Text, Number, Boolean, List, Object }
