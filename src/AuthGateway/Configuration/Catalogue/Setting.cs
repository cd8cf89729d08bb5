namespace AuthGateway.Configuration.Catalogue;

/// <summary>One setting of the catalogue.</summary>
internal sealed record Setting(string Name, SettingType Type, string Default, string Help)
{
    /// <summary>
    /// Older names, read in this order and only when <see cref="Name"/> is absent.
    /// </summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>
    /// Names that other programs use too, e.g. <c>https_proxy</c>; read when <see cref="Name"/> is
    /// absent, without a warning.
    /// </summary>
    public IReadOnlyList<string> PlatformSpellings { get; init; } = [];

    /// <summary>Unit of a bare number, e.g. <c>seconds</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>
    /// True for a secret: never printed, and <c>NAME_FILE</c> may name a file with the value.
    /// </summary>
    public bool IsSecret { get; init; }

    public SettingState State { get; init; } = SettingState.Active;

    /// <summary>Replacement for a name that is no longer read.</summary>
    public string? Instead { get; init; }

    /// <summary>Accepted words of a <see cref="SettingType.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>
    /// Origin of the setting: a standard, the replaced oidc-authservice, or this project. Printed
    /// in docs/settings.md.
    /// </summary>
    public string Source { get; init; } = "AuthGateway";
}
