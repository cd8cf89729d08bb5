using System.Text.Json;
using AuthGateway.Http.Headers;

namespace AuthGateway.Oidc.Provider;

/// <summary>Sanitizes text from the provider or a client before it is written to the log.</summary>
internal static class LogText
{
    private const int MaxLength = 300;
    private const int MaxText = 120;

    /// <summary>
    /// At most 300 characters. Control, format and surrogate characters and line separators become
    /// question marks, so that no text can forge a log line.
    /// </summary>
    public static string Of(string? text) =>
        new([.. (text ?? "").Take(MaxLength).Select(c => IsUnsafe(c) ? '?' : c)]);

    /// <summary>
    /// Untrusted text for use inside a quoted sentence: at most 120 characters, the characters that
    /// <see cref="Of"/> replaces and quotation marks become question marks.
    /// </summary>
    public static string Shown(string? text) =>
        text is null ? "" : new([.. text.Take(MaxText).Select(c => IsUnsafe(c) || c == '"' ? '?' : c)]);

    /// <summary>The name of a JSON value's type for use in a sentence.</summary>
    public static string Shape(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "empty",
    };

    private static bool IsUnsafe(char c) => HeaderText.IsUnsafe(c) || char.IsSurrogate(c);
}
