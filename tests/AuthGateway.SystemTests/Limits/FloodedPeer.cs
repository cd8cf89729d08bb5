using System.Globalization;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// Another program at the gateway's place, in the same pod's limits. nginx and Envoy are plain proxies that answer 401 without a session cookie, whatever it says, so that
/// strangers' requests end at the proxy as they do at the gateway; nginx has two workers, each with 1,024 files of its own.
/// </summary>
internal sealed class FloodedPeer : IFloodTarget, IAsyncDisposable
{
    private readonly TempFolder _folder = new("peer");
    private readonly EchoUpstream _upstream = new();
    private readonly FloodPeer _peer;
    private readonly int _probes;
    private FloodClient _client = null!;
    private FakeProvider? _provider;

    private FloodedPeer(FloodPeer peer, FloodDoor door)
    {
        (_peer, IsTls) = (peer, door == FloodDoor.Tls);
        // oauth2-proxy answers probes at its plain address.
        _probes = peer == FloodPeer.Oauth2Proxy && !IsTls ? Port : Ports.Free();
    }

    public int Port { get; } = Ports.Free();

    public bool IsTls { get; }

    public string Issuer => _provider?.Issuer ?? "";

    public ChildProcess Process { get; private set; } = null!;

    public static async Task<FloodedPeer> StartAsync(FloodPeer peer, FloodDoor door)
    {
        var target = new FloodedPeer(peer, door);
        target._upstream.Answers["/public/big"] = $"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n{new string('a', 4_000_000)}";
        target._provider = peer == FloodPeer.Oauth2Proxy ? await FakeProvider.StartAsync() : null;
        var places = new PeerPlaces(target._folder, door, target.Port, target._probes, target._upstream.Address.Port, target.Issuer);
        var (program, arguments) = await PeerCommand.ForAsync(peer, places);
        var script = target._folder.Write("start.sh", Pod.Script("FLOOD_PEER=1"));
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        target.Process = ChildProcess.Start(script, arguments, new Dictionary<string, string> { ["PROGRAM"] = program });
        await Deadline.UntilAsync(async () => await target.IsUpAsync(), TimeSpan.FromSeconds(20), () => $"{peer} answers\n{target.Process.Output}");
        var cookie = peer == FloodPeer.Oauth2Proxy ? await target.LogInAsync() : "authservice_session=live";
        target._client = new(door, target.Port, cookie, target._upstream.Address);
        return target;
    }

    public Task<int> AskAsync() => _client.AskAsync();

    public Task<int> AskAgainAsync() => _client.AskAgainAsync();

    public Task<int> AskUpstreamAsync() => _client.AskUpstreamAsync();

    public Task<int>? BeginLoginAsync() => _peer == FloodPeer.Oauth2Proxy ? _client.VisitAsync("/oauth2/start") : null;

    public async Task<int> ProbeAsync(bool isReadiness)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var path = _peer == FloodPeer.Oauth2Proxy && !isReadiness ? "/ping" : "/ready";
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{_probes}{path}"));
        return (int)answer.StatusCode;
    }

    /// <summary>Of all its processes together.</summary>
    public double MemoryMiB(string field) => Family(Process.Id).Sum(id => MemoryMiB(id, field));

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (Process is not null)
        {
            await Process.DisposeAsync();
            Pod.Remove(Process.Id);
        }

        if (_provider is not null)
            await _provider.DisposeAsync();
        _upstream.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<int> Family(int process)
    {
        var children = $"/proc/{process}/task/{process}/children";
        return File.Exists(children)
            ? [process, .. File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(child => Family(int.Parse(child, CultureInfo.InvariantCulture)))]
            : [];
    }

    private static double MemoryMiB(int process, string field)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith(field + ":", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task<bool> IsUpAsync()
    {
        Assert.False(Process.HasExited, $"{_peer} ended by itself:\n{Process.Output}");
        try
        {
            return await ProbeAsync(isReadiness: true) == 200;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    // Its plain address is beside the door; a session is valid at both.
    private async Task<string> LogInAsync()
    {
        var browser = new Browser(new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase) { [StoreGateway.PublicHost] = new($"http://127.0.0.1:{_probes}") });
        await browser.VisitAsync(StoreGateway.PublicUrl + "/start");
        return string.Join("; ", browser.CookiesOf(StoreGateway.PublicHost).Select(cookie => $"{cookie.Key}={cookie.Value}"));
    }
}
