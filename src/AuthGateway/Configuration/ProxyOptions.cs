namespace AuthGateway.Configuration;

/// <summary>Proxy for calls to the provider and the external authorizer.</summary>
internal sealed record ProxyOptions
{
    /// <summary>
    /// <c>HTTPS_PROXY</c>, for https URLs; may contain user and password. Default none.
    /// </summary>
    public Uri? Https { get; init; }

    /// <summary><c>HTTP_PROXY</c>, for http URLs. Default none.</summary>
    public Uri? Http { get; init; }

    /// <summary><c>NO_PROXY</c>: servers called without a proxy.</summary>
    public NoProxyList Except { get; init; } = NoProxyList.Empty;
}
