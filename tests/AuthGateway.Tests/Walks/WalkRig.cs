using System.Diagnostics;
using AuthGateway.Configuration;

namespace AuthGateway.Tests.Walks;

/// <summary>
/// The gateway as a process of its own that lists its methods at their first call, between a scripted provider and
/// an application. Each <see cref="StartAsync"/> begins a new list; store and keys stay.
/// </summary>
internal sealed class WalkRig : IAsyncDisposable
{
    private static readonly string Program =
        PublishedGateway.Program ?? Path.Combine(AppContext.BaseDirectory, "auth-gateway");

    private readonly TempFolder _folder = new("walk");
    private readonly EchoUpstream _upstream = new();
    private readonly Dictionary<string, Uri> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private PublishedProcess? _process;
    private string _list = "";
    private int _starts;

    private WalkRig(FakeProvider provider)
    {
        Provider = provider;
        Browser = new Browser(_hosts);
    }

    public FakeProvider Provider { get; }

    public Browser Browser { get; }

    public Uri ExtAuthz { get; private set; } = null!;

    public static async Task<WalkRig> CreateAsync() => new(await FakeProvider.StartAsync());

    /// <summary>Starts the gateway, in the place of one that runs.</summary>
    public async Task StartAsync()
    {
        await StopAsync();
        _list = _folder.File($"methods-{++_starts}.txt");
        var settings = new Dictionary<string, string> { ["EXT_AUTHZ_PORT"] = "0" };
        var environment = PublishedGateway.Environment(RigSettings.Create(Provider, _upstream, _folder, settings));
        var options = SettingsReader.Read(environment, []).Options!;
        var addresses = PublishedGateway.Addresses(options.Server);
        (_hosts[GatewayRig.PublicHost], ExtAuthz) = (addresses.Main, addresses.ExtAuthz!);

        // Every method is compiled at its first call, none into its caller, and its name is written to the list.
        // Only a published gateway holds compiled code, which the runtime must leave aside.
        environment["DOTNET_ReadyToRun"] = PublishedGateway.Program is null ? "1" : "0";
        environment["DOTNET_TieredCompilation"] = "0";
        environment["DOTNET_JITMinOpts"] = "1";
        environment["DOTNET_JitStdOutFile"] = _list;
        environment["DOTNET_JitDisasmSummary"] = "1";
        _process = await PublishedProcess.StartAsync(Program, environment, addresses, new LogCapture());
        await Deadline.UntilAsync(
            async () => (await RawClient.OnceAsync(addresses.Probe, "GET /readyz HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n")).Status == 200,
            "the gateway is ready",
            seconds: 60);
        await BackgroundStartsAsync();
    }

    /// <summary>The gateway's methods that this request was the first to call.</summary>
    public async Task<Walk> RecordAsync(Func<Task> request)
    {
        var before = Lines().Count;
        await request();
        return new([.. Lines().Skip(before).Select(FirstCall.Parse).OfType<FirstCall>().Distinct()]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Provider.DisposeAsync();
        _upstream.Dispose();
        _folder.Dispose();
    }

    // Background work that is repeated every second has been called once when nothing new is called for longer.
    private async Task BackgroundStartsAsync()
    {
        var (count, since) = (0, Stopwatch.GetTimestamp());
        await Deadline.UntilAsync(
            () =>
            {
                if (Lines().Count is var now && now != count)
                {
                    (count, since) = (now, Stopwatch.GetTimestamp());
                }

                return Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(1.5);
            },
            "no new methods are called",
            seconds: 60);
    }

    private IReadOnlyList<string> Lines()
    {
        using var reader = new StreamReader(new FileStream(_list, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n');
    }

    // Killed: what has been answered is stored, and a drain would take seconds.
    private async Task StopAsync()
    {
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _process = null;
    }
}
