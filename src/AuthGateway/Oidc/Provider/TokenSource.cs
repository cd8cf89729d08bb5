namespace AuthGateway.Oidc.Provider;

/// <summary>The source of a token. It decides how often the keys may be refetched.</summary>
internal enum TokenSource
{
    /// <summary>The provider's own token endpoint.</summary>
    Provider,

    /// <summary>A bearer token of any request.</summary>
    Bearer,

    /// <summary>A logout token of any sender.</summary>
    Logout,
}
