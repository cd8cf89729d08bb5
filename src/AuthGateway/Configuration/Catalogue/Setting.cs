namespace AuthGateway.Configuration.Catalogue;

/// <summary>One name an operator may set, as the catalogue knows it.</summary>
internal sealed record Setting(string Name, SettingType Type, string Default, string Help)
{
    /// <summary>Older spellings, read only when <see cref="Name"/> is absent, in this order.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Spellings that the platform's other programs read too, e.g. <c>https_proxy</c>: read when <see cref="Name"/> is absent, and nothing to remark on.</summary>
    public IReadOnlyList<string> PlatformSpellings { get; init; } = [];

    /// <summary>Unit of a bare number, e.g. <c>seconds</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>Never printed; <c>NAME_FILE</c> may name a file that holds it.</summary>
    public bool IsSecret { get; init; }

    public SettingState State { get; init; } = SettingState.Active;

    /// <summary>What to write instead of a name that is no longer read.</summary>
    public string? Instead { get; init; }

    /// <summary>The words that are accepted, for <see cref="SettingType.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Where the meaning comes from: a standard, or a generation of the replaced service (G0–G6).</summary>
    public string Source { get; init; } = "AuthGateway";
}
