using System.Text.Json.Nodes;
using AuthGateway.Http.Headers;
using AuthGateway.Sessions;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// Ten gateways behind one address on a real redis-server, with a real Keycloak that takes each refresh token once and issues access tokens of 6 s. The way
/// of the first gateway to Redis can be cut.
/// </summary>
public sealed class KeycloakFleet(KeycloakServer keycloak) : IAsyncDisposable
{
    public const int AccessSeconds = 6;
    private readonly TcpRelay _balancer = new();
    private Task? _started;
    private FakeProvider? _nobody;
    private KeycloakAdmin _admin = null!;
    private JsonObject _realm = [];
    private JsonObject _client = [];

    internal List<GatewayRig> All { get; } = [];

    internal RedisServer Redis { get; private set; } = null!;

    internal KeycloakFront Front { get; private set; } = null!;

    /// <summary>Between the first gateway and Redis.</summary>
    internal TcpRelay Line { get; private set; } = null!;

    internal KeycloakAdmin Admin => _admin;

    private string PublicUrl => $"http://localhost:{_balancer.Port}";

    private Dictionary<string, string> Settings => new()
    {
        ["OIDC_PROVIDER"] = new Uri(Front.Address, "/realms/kubeflow").ToString(),
        ["CLIENT_ID"] = KeycloakServer.ClientId,
        ["CLIENT_SECRET"] = KeycloakServer.ClientSecret,
        ["PUBLIC_URL"] = PublicUrl,
        ["SESSION_SECRET"] = new string('s', 40),
        ["SESSION_STORE_TYPE"] = "redis",
        ["SESSION_STORE_REDIS_ADDR"] = Redis.Address,
        ["SESSION_REFRESH_MIN_INTERVAL"] = "1s",
        ["PROVIDER_OUTAGE_GRACE"] = "30",
        ["SHUTDOWN_DELAY"] = "off",
        ["LOG_LEVEL"] = "WARN",
    };

    /// <summary>Started once, for the first test that asks; then every replica takes logins.</summary>
    /// <inheritdoc cref="EnvoyStage.StartAsync" path="/remarks"/>
    internal async Task PrepareAsync()
    {
        await (_started ??= StartOnceAsync());
        // The test before may have left replicas that know a full or silent Redis: they look again every few seconds.
        await Deadline.UntilAsync(
            async () => (await Task.WhenAll(All.Select(rig => rig.SendAsync("GET", "/app", "Accept: text/html")))).All(answer => answer.Status == 302),
            TimeSpan.FromSeconds(40),
            () => "every replica takes logins",
            100);
    }

    private async Task StartOnceAsync()
    {
        Front = await KeycloakFront.StartAsync(await keycloak.AddressAsync());
        _admin = await keycloak.AdminAsync("kubeflow");
        _realm = await _admin.ChangeRealmAsync(new JsonObject { ["accessTokenLifespan"] = AccessSeconds, ["revokeRefreshToken"] = true, ["refreshTokenMaxReuse"] = 0 });
        _client = (JsonObject)(await _admin.FindClientAsync())!.DeepClone();
        await _admin.ChangeClientAsync(client => client["attributes"]!["backchannel.logout.url"] = PublicUrl + "/authservice/backchannel-logout");
        Redis = await RedisServer.StartAsync("--appendonly", "yes");
        Line = new TcpRelay(Redis.Port);
        while (All.Count < 10)
            All.Add(await StartAsync(All.Count == 0 ? [("SESSION_STORE_REDIS_ADDR", $"127.0.0.1:{Line.Port}"), ("SESSION_STORE_MAX_SILENCE", "20s")] : []));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var rig in All)
            await rig.DisposeAsync();
        if (_client.Count > 0)
            await _admin.ChangeClientAsync(client => client["attributes"]!["backchannel.logout.url"] = _client["attributes"]?["backchannel.logout.url"]?.DeepClone() ?? "");
        if (_realm.Count > 0)
            await _admin.ChangeRealmAsync(_realm);
        Line?.Dispose();
        if (Redis is not null)
            await Redis.DisposeAsync();
        if (Front is not null)
            await Front.DisposeAsync();
        _balancer.Dispose();
    }

    internal Task LetAccessTokensLiveAsync(int seconds) => _admin.ChangeRealmAsync(new JsonObject { ["accessTokenLifespan"] = seconds });

    /// <summary>One more replica, with other settings.</summary>
    internal async Task<GatewayRig> StartAsync(params (string Name, string Value)[] more)
    {
        var settings = Settings;
        foreach (var (name, value) in more)
            settings[name] = value;
        _nobody ??= await FakeProvider.StartAsync();
        return await GatewayRig.StartAsync(settings: settings, provider: _nobody);
    }

    /// <summary>What comes to the public address goes there.</summary>
    internal void Choose(int replica) => _balancer.Target = All[replica].Address.Port;

    /// <summary>A login of its own at Keycloak and here: the session cookie, and Keycloak's id of it.</summary>
    internal Task<(string Session, string Login)> LogInAsync(int replica, string user = "ann") => LogInAsync(All[replica], user);

    /// <inheritdoc cref="LogInAsync(int, string)"/>
    internal async Task<(string Session, string Login)> LogInAsync(GatewayRig replica, string user = "ann")
    {
        _balancer.Target = replica.Address.Port;
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri(PublicUrl + "/app"), user, user + "-pass");
        Assert.True(browser.Status == 200, $"{browser.Status} {browser.Address}\n{browser.Body}\n{replica.Log.Text}");
        return (SessionIn(browser.CookieHeader("localhost")), Front.LastLogin);
    }

    /// <summary>A login up to the callback: its address on a replica, and the cookies.</summary>
    internal async Task<(string Target, string Cookies)> UpToCallbackAsync(int replica)
    {
        Choose(replica);
        using var browser = new CookieBrowser { StopsBefore = address => address.AbsolutePath.EndsWith("/callback", StringComparison.Ordinal) };
        await browser.LogInAsync(new Uri(PublicUrl + "/app"), "ann", "ann-pass");
        return (browser.Address.PathAndQuery, browser.CookieHeader("localhost"));
    }

    internal static string SessionIn(string cookies) => cookies.Split(';', ' ').Single(pair => pair.StartsWith("authservice_session=", StringComparison.Ordinal))["authservice_session=".Length..];

    internal Task<int[]> AskAllAsync(string session, int first = 0) => AskAsync(All.Skip(first), session);

    internal static Task<int[]> AskAsync(IEnumerable<GatewayRig> rigs, string session) => Task.WhenAll(rigs.Select(rig => rig.StatusAsync(session)));

    internal static Task<RawResponse[]> ReadyAsync(IEnumerable<GatewayRig> rigs) => Task.WhenAll(rigs.Select(rig => rig.ProbeAsync("/readyz")));

    /// <summary>Bytes that Redis holds for all keys of the gateways.</summary>
    internal async Task<long> MemoryAsync()
    {
        var keys = (await Redis.CommandAsync("KEYS authgateway:*")).Split("\r\n").Where(line => line.StartsWith("authgateway:", StringComparison.Ordinal));
        var sizes = await Task.WhenAll(keys.Select(key => Redis.CommandAsync($"MEMORY USAGE {key} SAMPLES 0")));
        return sizes.Where(size => size.StartsWith(':')).Sum(size => long.Parse(size[1..].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Every request at every gateway from <paramref name="first"/> on passes until then.</summary>
    internal async Task ServedUntilAsync(IReadOnlyList<string> sessions, Func<bool> until, string what, int first = 0) => await Deadline.UntilAsync(
        async () =>
        {
            foreach (var session in sessions)
                Assert.All(await AskAllAsync(session, first), status => Assert.Equal(200, status));
            return until();
        },
        TimeSpan.FromSeconds(60),
        () => $"{what}\n{All[^1].Log.Text}",
        400);
}
