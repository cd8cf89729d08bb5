using System.Globalization;

namespace AuthGateway.SystemTests.Parts;

/// <summary>
/// A real Envoy with the filter that Kubeflow ships, from <c>ENVOY_HOME</c> (a folder with <c>start.sh DIR CONFIG</c>, <c>stop.sh DIR</c> and
/// <c>config/kubeflow-ext-authz-http.yaml</c>).
/// </summary>
internal sealed class EnvoyProxy : IAsyncDisposable
{
    private static readonly string SharedBinaries = Path.Combine(Path.GetTempPath(), $"authgateway-envoy-{Environment.UserName}");
    private readonly TempFolder _folder;
    private readonly string _home;

    private readonly Dictionary<string, string> _environment;
    private readonly string _configuration;

    private EnvoyProxy(string home, TempFolder folder, Dictionary<string, string> environment, string configuration, int port) =>
        (_home, _folder, _environment, _configuration, Port) = (home, folder, environment, configuration, port);

    public int Port { get; }

    /// <summary>The folder of the real Envoy; skips or fails the test when there is none.</summary>
    public static string Home()
    {
        var home = RealPart.Home("ENVOY_HOME", "start.sh");
        if (home is null)
            RealPart.Missing("No real Envoy: set ENVOY_HOME to a folder with start.sh, stop.sh and config/kubeflow-ext-authz-http.yaml.");
        return home;
    }

    /// <summary>The program itself, unpacked once for all tests.</summary>
    public static async Task<string> ProgramAsync()
    {
        var program = Path.Combine(SharedBinaries, "envoy");
        if (!File.Exists(program))
        {
            Directory.CreateDirectory(SharedBinaries);
            const string unpack = "xz -dc \"$0/bin/envoy.xz\" >\"$1.$$\" && chmod 755 \"$1.$$\" && mv \"$1.$$\" \"$1\"";
            await ChildProcess.RunAsync("bash", ["-c", unpack, Home(), program], limitSeconds: 60);
        }

        return program;
    }

    /// <param name="more">Settings of the configuration, beside its ports.</param>
    public static Task<EnvoyProxy> StartAsync(int listen, int gateway, int web, int application, params (string Name, string Value)[] more) =>
        StartAsync("kubeflow-ext-authz-http", listen, gateway, web, application, more);

    /// <param name="configuration">Its name in the folder <c>config</c>.</param>
    public static async Task<EnvoyProxy> StartAsync(string configuration, int listen, int gateway, int web, int application, params (string Name, string Value)[] more)
    {
        var home = Home();
        var folder = new TempFolder("envoy");
        var environment = new Dictionary<string, string>
        {
            ["LISTEN_PORT"] = listen.ToString(CultureInfo.InvariantCulture),
            ["AUTH_PORT"] = gateway.ToString(CultureInfo.InvariantCulture),
            ["AUTH_WEB_PORT"] = web.ToString(CultureInfo.InvariantCulture),
            ["APP_PORT"] = application.ToString(CultureInfo.InvariantCulture),
            ["ENVOY_BIN_DIR"] = SharedBinaries,
        };
        foreach (var (name, value) in more)
            environment[name] = value;
        var proxy = new EnvoyProxy(home, folder, environment, configuration, listen);
        await proxy.StartAsync();
        return proxy;
    }

    /// <summary>Every connection breaks, and the port is open again: what a rollout of the ingress gateway does.</summary>
    public async Task RestartAsync()
    {
        await ChildProcess.RunAsync("bash", [Path.Combine(_home, "stop.sh"), _folder.Path], limitSeconds: 30);
        await StartAsync();
    }

    private Task StartAsync() => ChildProcess.RunAsync(
        "bash", ["-c", "bash \"$0/start.sh\" \"$1\" \"$2\" >\"$1/ready\"", _home, _folder.Path, _configuration], _environment, limitSeconds: 60);

    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("bash", [Path.Combine(_home, "stop.sh"), _folder.Path], limitSeconds: 30);
        _folder.Dispose();
    }
}
