namespace AuthGateway.Configuration.Catalogue;

/// <summary>Whether a name does something in this release.</summary>
internal enum SettingState
{
    /// <summary>Read and obeyed.</summary>
    Active,

    /// <summary>Read by the oldest generation's profile only.</summary>
    Legacy,

    /// <summary>Known, but arrives in a later release.</summary>
    Later,

    /// <summary>Of the replaced service or its forks, with nothing left to do here.</summary>
    Unused,
}
