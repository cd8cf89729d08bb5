using System.Text.Json;

namespace AuthGateway.Oidc.Provider;

/// <summary>A text of the provider's or of a client's as a line of the log may hold it.</summary>
internal static class LogText
{
    private const int MaxLength = 300;
    private const int MaxText = 120;

    /// <summary>At most 300 characters; what is no visible character or blank is a question mark, so that no text forges a line.</summary>
    public static string Of(string? text) => new([.. (text ?? "").Take(MaxLength).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format ? '?' : c)]);

    /// <summary>What a stranger wrote, in a sentence: short, without control characters.</summary>
    public static string Shown(string? text) => text is null ? "" : new([.. text.Take(MaxText).Select(c => char.IsControl(c) || c == '"' ? '?' : c)]);

    /// <summary>How a JSON value is named in a sentence.</summary>
    public static string Shape(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "empty",
    };
}
