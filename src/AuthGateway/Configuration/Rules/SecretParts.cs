using System.Text.RegularExpressions;
using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Configuration.Rules;

/// <summary>Finds secrets inside the values of settings, for everything that prints values.</summary>
internal static partial class SecretParts
{
    /// <summary>True for a secret, and for a value that holds a password.</summary>
    public static bool IsIn(string name, string value) =>
        value.Length > 0
        && SettingCatalogue.Find(name) is { } setting
        && !Mask(setting, value).Equals(value, StringComparison.Ordinal);

    /// <summary>
    /// The value as it may be printed: a secret, and the user and password of each URL, are
    /// <c>***</c>.
    /// </summary>
    public static string Mask(Setting setting, string value) =>
        setting.IsSecret || (setting.Name == "SESSION_STORE_REDIS_ADDR" && HasOptions(value)) ? "***"
        : setting.Type == SettingType.Address ? WebAddress.MaskPassword(value)
        : MaskUrls(value);

    /// <summary>Replaces user and password in every URL of a text by <c>***</c>.</summary>
    public static string MaskUrls(string text) => UserInfo().Replace(text, "***");

    // A connection string of Redis, or user:password@host.
    private static bool HasOptions(string value) => value.AsSpan().ContainsAny('=', '@');

    // Up to the last @ before the path, as in WebAddress.
    [GeneratedRegex(@"(?<=://)[^/?#\s""']+(?=@)")]
    private static partial Regex UserInfo();
}
