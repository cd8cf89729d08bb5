namespace AuthGateway.Configuration.Catalogue;

/// <summary>Whether a setting has an effect in this release.</summary>
internal enum SettingState
{
    /// <summary>Read.</summary>
    Active,

    /// <summary>Read only in the profile of Kubeflow 1.6 and older.</summary>
    Legacy,

    /// <summary>Known; arrives in a later release.</summary>
    Later,

    /// <summary>Known from oidc-authservice or its forks; has no effect.</summary>
    Unused,
}
