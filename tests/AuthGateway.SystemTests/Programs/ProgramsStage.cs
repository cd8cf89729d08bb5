using AuthGateway.Cli;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Programs;

/// <summary>A gateway in front of one upstream, one session, and a shell with <c>GATEWAY</c> and <c>VALUE</c> as the docs page assumes.</summary>
internal sealed class ProgramsStage : IAsyncDisposable
{
    private readonly FakeProvider _provider;
    private readonly EchoUpstream _unused;
    private readonly GatewayProcess _gateway;
    private readonly string _session;

    private ProgramsStage(FakeProvider provider, EchoUpstream unused, GatewayProcess gateway, string session)
    {
        _provider = provider;
        _unused = unused;
        _gateway = gateway;
        _session = session;
    }

    /// <summary>Where the lines run.</summary>
    public TempFolder Folder { get; } = new("programs");

    public static async Task<ProgramsStage> StartAsync(GatewayBinary binary, string upstream, (string, string)[] more)
    {
        var provider = await FakeProvider.StartAsync();
        var unused = new EchoUpstream();
        var gateway = await StoreGateway.StartAsync(binary, provider, unused, [("UPSTREAM_URL", upstream), .. more]);
        var (session, _) = await StoreGateway.LogInAsync(gateway);
        Assert.True(session is not null, gateway.Log);
        return new ProgramsStage(provider, unused, gateway, session);
    }

    /// <summary>Runs the lines to a good end; returns their output.</summary>
    public Task<string> RunAsync(string lines) => ChildProcess.RunAsync("/bin/sh", Arguments(lines), Environment(), limitSeconds: 90);

    /// <summary>Runs the lines, which must end badly.</summary>
    public async Task FailAsync(string lines)
    {
        await using var child = ChildProcess.Start("/bin/sh", Arguments(lines), Environment());
        await child.WaitAsync(TimeSpan.FromSeconds(90));
        Assert.NotEqual(0, child.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _provider.DisposeAsync();
        _unused.Dispose();
        Folder.Dispose();
    }

    private string[] Arguments(string lines) => ["-ec", $"cd {Folder.Path}\n{lines}"];

    private Dictionary<string, string> Environment() => new()
    {
        ["GATEWAY"] = $"http://127.0.0.1:{_gateway.Port}",
        ["VALUE"] = _session,
        ["HOME"] = Folder.Path,
        ["XDG_RUNTIME_DIR"] = Folder.Path,
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["no_proxy"] = "127.0.0.1",
        ["REGISTRY_AUTH_FILE"] = Folder.File("auth.json"),
    };
}
