using System.Globalization;

namespace AuthGateway.SystemTests.Parts;

/// <summary>
/// A real Envoy with the filter that Kubeflow ships, from <c>ENVOY_HOME</c> (a folder with <c>start.sh DIR CONFIG</c>, <c>stop.sh DIR</c> and
/// <c>config/kubeflow-ext-authz-http.yaml</c>).
/// </summary>
internal sealed class EnvoyProxy : IAsyncDisposable
{
    private static readonly string SharedBinaries = Path.Combine(Path.GetTempPath(), $"authgateway-envoy-{Environment.UserName}");
    private readonly ScratchFolder _folder;
    private readonly string _home;

    private EnvoyProxy(string home, ScratchFolder folder, int port) => (_home, _folder, Port) = (home, folder, port);

    public int Port { get; }

    /// <summary>The folder of the real Envoy; skips or fails the test when there is none.</summary>
    public static string Home()
    {
        var home = RealPart.Home("ENVOY_HOME", "start.sh");
        if (home is null)
            RealPart.Missing("No real Envoy: set ENVOY_HOME to a folder with start.sh, stop.sh and config/kubeflow-ext-authz-http.yaml.");
        return home;
    }

    public static async Task<EnvoyProxy> StartAsync(int listen, int gateway, int web, int application)
    {
        var home = Home();
        var folder = new ScratchFolder("envoy");
        var environment = new Dictionary<string, string>
        {
            ["LISTEN_PORT"] = listen.ToString(CultureInfo.InvariantCulture),
            ["AUTH_PORT"] = gateway.ToString(CultureInfo.InvariantCulture),
            ["AUTH_WEB_PORT"] = web.ToString(CultureInfo.InvariantCulture),
            ["APP_PORT"] = application.ToString(CultureInfo.InvariantCulture),
            ["ENVOY_BIN_DIR"] = SharedBinaries,
        };
        await ChildProcess.RunAsync(
            "bash", ["-c", "bash \"$0/start.sh\" \"$1\" kubeflow-ext-authz-http >\"$1/ready\"", home, folder.Path], environment, limitSeconds: 60);
        return new EnvoyProxy(home, folder, listen);
    }

    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("bash", [Path.Combine(_home, "stop.sh"), _folder.Path], limitSeconds: 30);
        _folder.Dispose();
    }
}
