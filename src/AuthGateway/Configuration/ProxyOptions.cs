namespace AuthGateway.Configuration;

/// <summary>The proxy of calls to the provider and the external authorizer.</summary>
internal sealed record ProxyOptions
{
    /// <summary><c>HTTPS_PROXY</c>; may hold user and password. Default none.</summary>
    public Uri? Https { get; init; }

    /// <summary><c>HTTP_PROXY</c>. Default none.</summary>
    public Uri? Http { get; init; }

    /// <summary><c>NO_PROXY</c>.</summary>
    public NoProxyList Except { get; init; } = NoProxyList.Empty;
}
