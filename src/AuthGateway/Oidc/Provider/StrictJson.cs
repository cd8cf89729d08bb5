using System.Buffers.Text;
using System.Text.Json;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Reads JSON objects of others in the one way that nobody can read differently (RFC 8725 §3.11): valid UTF-8, no half surrogate in any text or name, each name once in
/// its object, at most 64 deep. What is not so is no object at all: no later reader stumbles over it.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Null for anything else than one sound object.</summary>
    public static JsonElement? ReadObject(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            ReadAll(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The same of one part of a JWT; null for broken base64url too.</summary>
    /// <param name="base64Url">The part.</param>
    /// <param name="maxMembers">More members of all objects, or four times as many tokens of JSON (items of arrays included), are refused before anything is made of them.</param>
    public static JsonElement? ReadPart(string base64Url, int maxMembers = int.MaxValue)
    {
        try
        {
            var utf8 = Base64Url.DecodeFromChars(base64Url);
            return maxMembers == int.MaxValue || HasAtMost(utf8, maxMembers) ? ReadObject(utf8) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool HasAtMost(ReadOnlySpan<byte> utf8, int maxMembers)
    {
        try
        {
            var (members, tokens) = (0, 0);
            for (var reader = new Utf8JsonReader(utf8); reader.Read();)
            {
                members += reader.TokenType == JsonTokenType.PropertyName ? 1 : 0;
                if (members > maxMembers || ++tokens > 4 * maxMembers)
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A text that is no Unicode throws when it is read, and only then.
    private static void ReadAll(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadAll(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadAll(item);
                }

                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }
}
