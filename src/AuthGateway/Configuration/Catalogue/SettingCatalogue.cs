using System.Collections.Frozen;

namespace AuthGateway.Configuration.Catalogue;

/// <summary>
/// All settings. Other names are never read, because Kubernetes injects variables such as
/// <c>AUTHSERVICE_PORT=tcp://…</c>.
/// </summary>
internal static class SettingCatalogue
{
    public static IReadOnlyList<SettingGroup> Groups { get; } =
    [
        new("Provider and client", ProviderSettings.All),
        new("Addresses", UrlSettings.All),
        new("Identity", IdentitySettings.All),
        new("Access", AccessSettings.All),
        new("Sessions", SessionSettings.All),
        new("Server", ServerSettings.All),
        new("Limits", LimitSettings.All),
        new("Pages", PageSettings.All),
        new("Browsers and long-lived clients", BrowserSettings.All),
        new("No longer read", RetiredSettings.All),
    ];

    public static IReadOnlyList<Setting> All { get; } = [.. Groups.SelectMany(group => group.Settings)];

    /// <summary>Prefix of all variables of oauth2-proxy.</summary>
    public const string Oauth2ProxyPrefix = "OAUTH2_PROXY_";

    /// <summary>
    /// Prefixes of names that other libraries read, or that are reported as unused together.
    /// </summary>
    public static IReadOnlyList<string> KnownPrefixes { get; } = ["OTEL_", "TEMPLATE_CONTEXT_", Oauth2ProxyPrefix];

    private static readonly FrozenDictionary<string, Setting> ByName = All.ToFrozenDictionary(
        setting => setting.Name, StringComparer.Ordinal);

    private static readonly FrozenSet<string> Spellings = All
        .SelectMany(
            setting => setting.IsSecret
                ? [setting.Name, setting.Name + "_FILE"]
                : setting.Aliases.Concat(setting.PlatformSpellings).Append(setting.Name))
        .ToFrozenSet(StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">
    /// The name is no setting: a bug in the reader.
    /// </exception>
    public static Setting Get(string name) => ByName[name];

    /// <summary><c>null</c> when the name is no setting.</summary>
    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>
    /// True for a name, an older name, a secret's <c>_FILE</c>, or a name with a known prefix.
    /// </summary>
    public static bool Knows(string key) =>
        Spellings.Contains(key) || KnownPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Names that may be suggested for a misspelt key.</summary>
    public static IEnumerable<string> ReadableNames =>
        All.Where(setting => setting.State is SettingState.Active or SettingState.Later)
            .Select(setting => setting.Name);
}
