namespace AuthGateway.Oidc;

/// <summary>A text of the provider's or of a client's as a line of the log may hold it.</summary>
internal static class LogText
{
    private const int MaxLength = 300;

    /// <summary>At most 300 characters; what is no visible character or blank is a question mark, so that no text forges a line.</summary>
    public static string Of(string? text) => new([.. (text ?? "").Take(MaxLength).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format ? '?' : c)]);
}
