namespace AuthGateway.SystemTests.Parts;

/// <summary>
/// A real JupyterLab 4 under <c>/notebook/ns/name/</c>, started as Kubeflow's images start it: from <c>JUPYTERLAB_HOME</c>, a virtual environment with
/// <c>bin/jupyter-lab</c>, or a folder with <c>install.sh DIR</c> that makes one.
/// </summary>
public sealed class JupyterLab : IAsyncDisposable
{
    public const string BasePath = "/notebook/ns/name/";
    private static readonly string Installed = Path.Combine(Path.GetTempPath(), $"authgateway-jupyterlab-{Environment.UserName}");
    private readonly TempFolder _folder = new("jupyterlab");
    private readonly Lazy<Task<ChildProcess>> _process;

    public JupyterLab() => _process = new(StartAsync);

    internal int Port { get; } = Ports.Free();

    internal Uri Address => new($"http://127.0.0.1:{Port}/");

    internal async Task<string> LogAsync() => (await _process.Value).Output;

    /// <summary>Writes a notebook of one cell; returns its path in the browser. The server is up when this returns.</summary>
    internal async Task<string> NotebookAsync(string name, string code)
    {
        await _process.Value;
        var lines = string.Join(",", code.Split('\n').Select(line => System.Text.Json.JsonSerializer.Serialize(line + "\n")));
        _folder.Write(Path.Combine("work", name + ".ipynb"), $$$"""
            {"cells":[{"cell_type":"code","execution_count":null,"id":"one","metadata":{},"outputs":[],"source":[{{{lines}}}]}],
             "metadata":{"kernelspec":{"display_name":"Python 3","language":"python","name":"python3"}},"nbformat":4,"nbformat_minor":5}
            """);
        return $"{BasePath}lab/workspaces/{name}/tree/{name}.ipynb";
    }

    public async ValueTask DisposeAsync()
    {
        if (_process.IsValueCreated && _process.Value.IsCompletedSuccessfully)
            await (await _process.Value).DisposeAsync();
        _folder.Dispose();
    }

    private async Task<ChildProcess> StartAsync()
    {
        var bin = await BinAsync();
        Directory.CreateDirectory(_folder.File("work"));
        string[] arguments =
        [
            "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={Port}", "--ServerApp.port_retries=0", "--ServerApp.token=", "--ServerApp.password=", "--ServerApp.allow_origin=*",
            $"--ServerApp.base_url={BasePath}", $"--ServerApp.root_dir={_folder.File("work")}",
        ];
        // Nothing of this machine's user goes in or out.
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = _folder.Path,
            ["JUPYTER_CONFIG_DIR"] = _folder.File("config"),
            ["JUPYTER_DATA_DIR"] = _folder.File("data"),
            ["JUPYTER_RUNTIME_DIR"] = _folder.File("run"),
            ["IPYTHONDIR"] = _folder.File("ipython"),
        };
        var process = ChildProcess.Start(Path.Combine(bin, "jupyter"), arguments, environment);
        using var http = new HttpClient();
        await Deadline.UntilAsync(
            async () =>
            {
                Assert.False(process.HasExited, $"JupyterLab ended by itself:\n{process.Output}");
                try
                {
                    using var answer = await http.GetAsync(new Uri(Address, BasePath + "api"));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60), () => $"JupyterLab up\n{process.Output}");
        return process;
    }

    private static async Task<string> BinAsync()
    {
        var home = Environment.GetEnvironmentVariable("JUPYTERLAB_HOME");
        if (string.IsNullOrEmpty(home))
            RealPart.Missing("No real JupyterLab: set JUPYTERLAB_HOME to a virtual environment with bin/jupyter-lab, or to a folder with install.sh DIR.");
        if (File.Exists(Path.Combine(home, "bin", "jupyter-lab")))
            return Path.Combine(home, "bin");
        if (!File.Exists(Path.Combine(home, "install.sh")))
            Assert.Fail($"JUPYTERLAB_HOME={home} has neither bin/jupyter-lab nor install.sh.");
        await ChildProcess.RunAsync("bash", [Path.Combine(home, "install.sh"), Installed]);
        return Path.Combine(Installed, "bin");
    }
}
