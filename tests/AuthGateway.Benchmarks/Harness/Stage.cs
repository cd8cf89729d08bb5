using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using AuthGateway.Hosting;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>Everything that takes part, alive at once: provider, upstream, the gateway as a proxy and as a decision service, each with a logged-in session, and their peers.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Inline = "in-line, live session";
    public const string BareYarp = "bare YARP";
    public const string Check = "ext_authz, live session";
    public const string Empty = "empty Kestrel";
    public const string Varied = "ext_authz, 17 sessions and paths in turn";
    public const string EmptyVaried = "empty Kestrel, the same in turn";

    // No divisor of the connections' number: else each of them would send the same again and again.
    private const int Variety = 17;

    /// <summary>The gateway runs as it ships: what it needs of the runtime it sets itself.</summary>
    private static readonly Dictionary<string, string> GatewaySettings = new()
    {
        ["DOTNET_EnableDiagnostics"] = "0",
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
    };

    /// <summary>Its peers get what it sets itself.</summary>
    private static readonly Dictionary<string, string> PeerSettings = new(GatewaySettings)
    {
        [SocketCompletions.Variable] = "1",
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
    };

    private readonly Stack<IAsyncDisposable> _running = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("auth-gateway-bench-");
    private readonly List<Target> _targets = [];

    private readonly ComparisonSettings _settings;

    private Stage(ComparisonSettings settings) => _settings = settings;

    public IReadOnlyList<Target> Targets => _targets;

    /// <summary>The application behind the proxies.</summary>
    public Uri Upstream { get; private set; } = null!;

    public string Placement => Harness.Placement.Description;

    public static async Task<Stage> StartAsync(ComparisonSettings settings)
    {
        var stage = new Stage(settings);
        try
        {
            await stage.StartAllAsync(settings);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>A figure counts only for work that was done: each target must first show that it does its work, and the gateway that it refuses.</summary>
    public async Task ProveAsync()
    {
        var inline = _targets.Single(target => target.Name == Inline);
        var check = _targets.Single(target => target.Name == Check);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

        using var forwarded = await SendAsync(client, new Uri(inline.Address, "/who"), inline.Cookie);
        Demand(await forwarded.Content.ReadAsStringAsync() == InstantProvider.User, "in-line: the upstream sees the session's user and no other");
        using var refused = await SendAsync(client, inline.Address, null);
        Demand(refused.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Redirect, "in-line: nobody passes without a session");

        using var allowed = await SendAsync(client, check.Address, check.Cookie);
        Demand(allowed.StatusCode == HttpStatusCode.OK && string.Join(',', allowed.Headers.GetValues("kubeflow-userid")) == InstantProvider.User,
            "ext_authz: the answer names the session's user");
        using var denied = await SendAsync(client, check.Address, null);
        Demand(denied.StatusCode != HttpStatusCode.OK, "ext_authz: nobody passes without a session");
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>The gateway as a proxy alone, with its provider and upstream.</summary>
    public static async Task<Stage> StartInlineAsync(ComparisonSettings settings)
    {
        var stage = new Stage(settings);
        await stage.StartInlineOnlyAsync(settings);
        return stage;
    }

    private async Task<(string Cookie, string Binary, InstantProvider Provider, Uri Upstream)> StartInlineOnlyAsync(
        ComparisonSettings settings)
    {
        var provider = await InstantProvider.StartAsync();
        _running.Push(provider);
        var (upstream, _) = await StartPeerAsync("upstream", Harness.Placement.OnLoadCore);
        Upstream = upstream;
        var binary = settings.Gateway is { } published
            ? PublishedGateway.Binary(published)
            : await PublishedGateway.PublishAsync(Path.Combine(_folder.FullName, "published"));
        return (await StartGatewayAsync(Inline, binary, provider, upstream), binary, provider, upstream);
    }

    private async Task StartAllAsync(ComparisonSettings settings)
    {
        var (cookie, binary, provider, upstream) = await StartInlineOnlyAsync(settings);
        var script = await StartCheckAsync("", binary, provider);
        foreach (var folder in settings.Against)
        {
            var other = PublishedGateway.Binary(folder);
            await StartGatewayAsync(Inline + Build(folder), other, provider, upstream);
            await StartCheckAsync(Build(folder), other, provider);
        }

        await AddPeerAsync(BareYarp, "yarp", cookie, upstream);
        await AddPeerAsync(Empty, "empty", cookie);
        _targets.Add(_targets[^1] with { Name = EmptyVaried, Script = script });
    }

    /// <summary>What stands behind the name of a target of another build.</summary>
    public static string Build(string folder) => $" ({Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))})";

    /// <summary>The decision service with one session, and with many in turn; the script that sends the many.</summary>
    private async Task<string> StartCheckAsync(string build, string binary, InstantProvider provider)
    {
        await StartGatewayAsync(Check + build, binary, provider, upstream: null);
        var script = await WriteScriptAsync(_targets[^1].Address, await LogInAsync(_targets[^1].Address));
        _targets.Add(_targets[^1] with { Name = Varied + build, Script = script });
        return script;
    }

    /// <summary>One gateway a door, as they are deployed: in-line, or without an upstream the decision service.</summary>
    private async Task<string> StartGatewayAsync(string name, string binary, InstantProvider provider, Uri? upstream)
    {
        var ports = GatewayPorts.Pick();
        var store = Path.Combine(_folder.FullName, $"sessions-{ports.Main}.db");
        var environment = PublishedGateway.Settings(ports, provider.Issuer, upstream, store)
            .Concat(GatewaySettings).Concat(_settings.Environment).ToDictionary();
        var process = await ChildProcess.StartAsync(Harness.Placement.OnMeasuredCore(binary, []), environment, ports.Main);
        _running.Push(process);
        await WaitUntilReadyAsync(Local(ports.Probe));

        var cookie = await BrowserLogin.RunAsync(Local(ports.Main));
        _targets.Add(new Target(name, Local(ports.Main), process.Id, cookie));
        return cookie;
    }

    private static async Task<IReadOnlyCollection<string>> LogInAsync(Uri gateway)
    {
        var cookies = new List<string>();
        while (cookies.Count < Variety)
        {
            cookies.Add(await BrowserLogin.RunAsync(gateway));
        }

        return cookies;
    }

    /// <summary>Has wrk send each of these sessions with a path of its own, one after the other.</summary>
    public async Task<string> WriteScriptAsync(Uri gateway, IReadOnlyCollection<string> cookies)
    {
        var text = new StringBuilder("local requests, at = {}, 0\ninit = function()\n");
        text.AppendLine("  local cookies = {");
        text.AppendJoin(",\n", cookies.Select(cookie => $"\"{cookie}\"")).AppendLine("}");
        text.AppendLine("  for i, cookie in ipairs(cookies) do");
        text.AppendLine("    requests[i] = wrk.format(\"GET\", \"/notebook/\" .. i .. \"/lab\", { [\"Cookie\"] = cookie })");
        text.AppendLine("  end").AppendLine("end").AppendLine("request = function()\n  at = at % #requests + 1\n  return requests[at]\nend");
        var file = Path.Combine(_folder.FullName, $"varied-{gateway.Port}.lua");
        await File.WriteAllTextAsync(file, text.ToString());
        return file;
    }

    private async Task AddPeerAsync(string name, string kind, string cookie, Uri? upstream = null)
    {
        var (address, process) = await StartPeerAsync(kind, Harness.Placement.OnMeasuredCore, upstream);
        _targets.Add(new Target(name, address, process.Id, cookie));
    }

    private async Task<(Uri Address, ChildProcess Process)> StartPeerAsync(
        string kind, Func<string, IEnumerable<string>, ProcessStartInfo> place, Uri? upstream = null)
    {
        var port = ChildProcess.FreePort();
        List<string> arguments = ["target", kind, $"{port}"];
        if (upstream is not null)
        {
            arguments.Add(upstream.AbsoluteUri);
        }

        var environment = PeerSettings.Concat(_settings.Environment).ToDictionary();
        var process = await ChildProcess.StartAsync(place(Environment.ProcessPath!, arguments), environment, port);
        _running.Push(process);
        return (Local(port), process);
    }

    private static async Task WaitUntilReadyAsync(Uri probe)
    {
        using var client = new HttpClient();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(100))
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(probe, "/readyz"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Its ports open one after the other.
            }
        }

        throw new InvalidOperationException("The gateway was not ready within 30 s.");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri address, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("kubeflow-userid", "evil@example.com");
        request.Headers.Add("Accept", "text/html");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await client.SendAsync(request);
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/");

    private static void Demand(bool met, string what)
    {
        if (!met)
        {
            throw new InvalidOperationException($"Not measured, because this does not hold: {what}.");
        }
    }
}
