using System.Diagnostics;
using System.Globalization;
using AuthGateway.Cli;

namespace AuthGateway.SystemTests.Parts;

/// <summary>The published gateway as a real process with an environment of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly HttpClient Probe = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly List<string> _arguments;
    private readonly Dictionary<string, string> _environment;
    private readonly string _file;
    private readonly TempFolder _folder;
    private readonly TempFolder _scripts;
    private readonly int _webPort;
    private ChildProcess _process;

    private GatewayProcess(string file, GatewayLaunch launch)
    {
        _folder = new TempFolder("gateway");
        _scripts = new TempFolder("gateway-script");
        _file = launch.Script is null ? file : Executable(launch.Script);
        ProbePort = Ports.Free();
        _environment = new Dictionary<string, string>
        {
            ["PROGRAM"] = file,
            ["READINESS_PROBE_PORT"] = ProbePort.ToString(CultureInfo.InvariantCulture),
            ["WEB_SERVER_PORT"] = launch.WebPort.ToString(CultureInfo.InvariantCulture),
            // The pod has a volume at the seed's path; here it is a folder of the test.
            ["STORE_PATH"] = _folder.File("data.db"),
        };
        foreach (var (name, value) in launch.Environment)
            _environment[name] = value;
        _arguments = [.. launch.EnvFiles.SelectMany(path => new[] { "--env-file", path })];
        Port = launch.Port;
        _webPort = launch.WebPort;
        Scheme = launch.Scheme;
        _process = Launch();
    }

    public int Port { get; }

    public int ProbePort { get; }

    public string Scheme { get; }

    public Stopwatch SinceStart { get; private set; } = Stopwatch.StartNew();

    public Uri Address => new($"{Scheme}://localhost:{Port}/");

    public string Log => _process.Output;

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string StorePath => _environment["STORE_PATH"];

    public static async Task<GatewayProcess> StartAsync(GatewayBinary binary, GatewayLaunch launch)
    {
        var gateway = new GatewayProcess(await binary.FileAsync(), launch);
        if (!launch.WaitUntilReady)
            return gateway;
        try
        {
            await gateway.WaitUntilReadyAsync(TimeSpan.FromSeconds(30));
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public Task<TimeSpan> WaitUntilReadyAsync(TimeSpan limit) =>
        Deadline.UntilAsync(async () => await StatusAsync("/readyz") == 200, limit, () => $"the gateway ready\n{Log}");

    /// <summary>Status of an address on the probe port; 0 while nobody listens or answers.</summary>
    public async Task<int> StatusAsync(string path)
    {
        Assert.False(_process.HasExited, $"The gateway ended by itself:\n{Log}");
        try
        {
            using var answer = await Probe.GetAsync(new Uri($"http://127.0.0.1:{ProbePort}{path}"));
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }

    /// <summary>SIGTERM, then the same command again.</summary>
    public async Task RestartAsync()
    {
        Assert.True(await _process.StopAsync(TimeSpan.FromSeconds(35)), $"The gateway had to be killed:\n{Log}");
        _process = Launch();
        await WaitUntilReadyAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Ends it: SIGTERM 15, SIGKILL 9. True when it ended by itself.</summary>
    public Task<bool> StopAsync(int signal = 15) => _process.StopAsync(TimeSpan.FromSeconds(35), signal);

    /// <summary>The same command again after <see cref="StopAsync"/>, not ready yet. Somebody's outgoing connection may hold a port that was free for a moment.</summary>
    public async Task StartAgainAsync()
    {
        foreach (var port in new[] { Port, ProbePort, _webPort })
            await Ports.DemandFreeAsync(port);
        _process = Launch();
    }

    /// <summary>Resident memory in MiB: <c>VmRSS</c> now, <c>VmHWM</c> at its highest (proc(5)).</summary>
    public double MemoryMiB(string field)
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"--- gateway {Id}\n{Log}");
        _folder.Dispose();
        _scripts.Dispose();
    }

    private string Executable(string script)
    {
        var path = _scripts.Write("start.sh", script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private ChildProcess Launch()
    {
        SinceStart = Stopwatch.StartNew();
        return ChildProcess.Start(_file, _arguments, _environment, inherit: false);
    }
}
