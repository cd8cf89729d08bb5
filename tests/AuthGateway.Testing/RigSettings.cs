namespace AuthGateway.Testing;

/// <summary>The settings of a <see cref="GatewayRig"/>.</summary>
internal static class RigSettings
{
    /// <param name="provider">The provider.</param>
    /// <param name="upstream">The application; null where nothing is forwarded.</param>
    /// <param name="folder">Where the store is.</param>
    /// <param name="settings">Beside the usual ones, or in their place.</param>
    public static Dictionary<string, string> Create(FakeProvider provider, EchoUpstream? upstream, TempFolder folder, IReadOnlyDictionary<string, string>? settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = provider.Issuer,
            ["OIDC_SCOPES"] = "profile email",
            ["CLIENT_ID"] = FakeProvider.ClientId,
            ["CLIENT_SECRET"] = FakeProvider.ClientSecret,
            ["AUTHSERVICE_URL_PREFIX"] = "/authservice/",
            ["PUBLIC_URL"] = "https://" + GatewayRig.PublicHost,
            ["SKIP_AUTH_URLS"] = "/public",
            ["SESSION_STORE_PATH"] = folder.File("data.db"),
            ["SERVER_HOSTNAME"] = "127.0.0.1",
            ["SERVER_PORT"] = "0",
            ["READINESS_PROBE_PORT"] = "0",
            ["WEB_SERVER_PORT"] = "0",
        };
        if (upstream is not null)
        {
            environment["UPSTREAM_URL"] = upstream.Address.AbsoluteUri;
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        return environment;
    }
}
