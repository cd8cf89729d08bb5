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

    // Methods that SIGTERM calls first.
    private static readonly string[] Stop =
        ["AuthGateway.Observability.SupervisedService:StoppingAsync(", "AuthGateway.Cli.StopSignals:Record("];

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
    }

    /// <summary>
    /// The gateway's methods that this request was the first to call, from the entry point to the end of its work.
    /// </summary>
    /// <param name="entry">The type whose method the request calls first.</param>
    /// <param name="request">Sends the request.</param>
    public async Task<Walk> RecordAsync(string entry, Func<Task> request)
    {
        await request();

        // The runtime writes the end of its list when the process ends.
        await _process!.StopAsync(TimeSpan.FromSeconds(20));
        var lines = await File.ReadAllLinesAsync(_list);
        return new([.. lines
            .SkipWhile(line => !line.Contains($".{entry}:HandleAsync", StringComparison.Ordinal))
            .TakeWhile(line => !Stop.Any(line.Contains))
            .Select(FirstCall.Parse)
            .OfType<FirstCall>()
            .Distinct()]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Provider.DisposeAsync();
        _upstream.Dispose();
        _folder.Dispose();
    }

    // Killed: what has been answered is stored, and a drain would take seconds.
    private async Task StopAsync()
    {
        await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        _process = null;
    }
}
