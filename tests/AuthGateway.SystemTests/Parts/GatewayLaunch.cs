namespace AuthGateway.SystemTests.Parts;

/// <summary>How a test starts the gateway.</summary>
internal sealed record GatewayLaunch
{
    /// <summary>The main port, which the settings below must name too.</summary>
    public required int Port { get; init; }

    public int WebPort { get; init; } = Ports.Free();

    public string Scheme { get; init; } = "http";

    /// <summary>Files for <c>--env-file</c>, in order.</summary>
    public IReadOnlyList<string> EnvFiles { get; init; } = [];

    /// <summary>The process environment; wins over files.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A shell script that ends in <c>exec "$PROGRAM" "$@"</c>, to start the gateway under limits; <c>null</c> = directly.</summary>
    public string? Script { get; init; }

    public bool WaitUntilReady { get; init; } = true;

    /// <summary>In-line on a free port in front of one upstream, against the realm <c>kubeflow</c>.</summary>
    public static GatewayLaunch Inline(string issuer, Uri upstream, params (string Name, string Value)[] more)
    {
        var port = Ports.Free();
        var environment = Settings(issuer, port);
        environment["UPSTREAM_URL"] = upstream.ToString();
        foreach (var (name, value) in more)
            environment[name] = value;
        return new GatewayLaunch { Port = port, Environment = environment };
    }

    /// <summary>The smallest settings for the realm <c>kubeflow</c>; browsers come to <paramref name="publicPort"/>.</summary>
    public static Dictionary<string, string> Settings(string issuer, int port, int? publicPort = null, string scheme = "http") => new()
    {
        ["SERVER_PORT"] = $"{port}",
        ["OIDC_PROVIDER"] = issuer,
        ["OIDC_SCOPES"] = "profile email",
        ["CLIENT_ID"] = KeycloakServer.ClientId,
        ["CLIENT_SECRET"] = KeycloakServer.ClientSecret,
        ["PUBLIC_URL"] = $"{scheme}://localhost:{publicPort ?? port}",
        ["REDIRECT_URL"] = $"{scheme}://localhost:{publicPort ?? port}/authservice/oidc/callback",
        ["USERID_CLAIM"] = "email",
        ["USERID_HEADER"] = "kubeflow-userid",
    };
}
