using System.Buffers.Text;
using System.Text.Json;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Parses untrusted JSON objects that every parser reads the same way (RFC 8725 §3.11): valid
/// UTF-8, no unpaired surrogate in a string or name, unique member names in each object, at most 64
/// levels deep. Everything else is rejected as a whole, so that no later reader fails on it.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses one object; null when the text is not a valid one.</summary>
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

    /// <summary>
    /// Parses one base64url part of a JWT; null when the encoding or the object is invalid.
    /// </summary>
    /// <param name="base64Url">The part.</param>
    /// <param name="maxMembers">
    /// The maximum number of members of all objects. More members, or more than four times as many
    /// JSON tokens (array items included), are rejected before the object is built.
    /// </param>
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

    // System.Text.Json validates the Unicode of a string only when the string is read.
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
