using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>
/// How long sessions last beside a real Keycloak that forgets a browser after 20 s and issues access tokens of 10 s, and that they end where Keycloak
/// tells nobody.
/// </summary>
public sealed class SessionLifeTests(KeycloakServer keycloak, GatewayBinary binary) : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private JsonObject _before = [];
    private KeycloakAdmin? _admin;
    private GatewayProcess? _gateway;
    private StreamingUpstream? _upstream;

    private GatewayProcess Gateway => _gateway!;

    private KeycloakAdmin Admin => _admin!;

    public async ValueTask InitializeAsync()
    {
        _admin = await keycloak.AdminAsync("kubeflow");
        _before = await Admin.ChangeRealmAsync(new JsonObject { ["ssoSessionIdleTimeout"] = 20, ["accessTokenLifespan"] = 10 });
        _upstream = await StreamingUpstream.StartAsync();
        _gateway = await GatewayProcess.StartAsync(
            binary, GatewayLaunch.Inline(await keycloak.IssuerAsync("kubeflow"), _upstream.Address, ("SESSION_REFRESH_MIN_INTERVAL", "0")));
    }

    /// <summary>For <c>AUTHGATEWAY_LUNCH_MINUTES</c>: the default is 0.9, almost three times Keycloak's idle time.</summary>
    [Fact]
    public async Task A_session_with_nothing_but_an_open_WebSocket_outlives_the_idle_time_of_the_provider_and_one_without_does_not()
    {
        var minutes = double.Parse(Environment.GetEnvironmentVariable("AUTHGATEWAY_LUNCH_MINUTES") ?? "0.9", CultureInfo.InvariantCulture);
        var withSocket = await LogInAsync("ann", "ann-pass");
        var without = await LogInAsync("bob", "bob-pass");
        using var socket = await OpenSocketAsync(withSocket);
        var next = socket.ReceiveAsync(new byte[64], CancellationToken.None);

        var first = await Task.WhenAny(next, Task.Delay(TimeSpan.FromMinutes(minutes), TestContext.Current.CancellationToken));

        Assert.NotSame(next, first);
        Assert.Equal(401, await StatusAsync(without));
        Assert.Equal(200, await StatusAsync(withSocket));
        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketMessageType.Text, (await next.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).MessageType);
        TestContext.Current.TestOutputHelper?.WriteLine($"alive after {minutes} minutes with an idle time of 20 s at the provider");
    }

    /// <summary>A disabled user, the whole realm logged out: no logout token is sent, the next refresh tells.</summary>
    [Theory]
    [InlineData("user disabled")]
    [InlineData("whole realm logged out")]
    public async Task Where_Keycloak_tells_nobody_the_next_refresh_closes_the_open_socket(string how)
    {
        using var socket = await OpenSocketAsync(await LogInAsync("bob", "bob-pass"));
        var started = Stopwatch.GetTimestamp();
        if (how == "user disabled")
            await Admin.EnableUserAsync("bob", enabled: false);
        else
            await Admin.EndAllSessionsAsync();

        var end = await socket.ReceiveAsync(new byte[64], CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine($"{how}: the socket closed after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s, access tokens live 10 s");
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (end.MessageType, socket.CloseStatus));
    }

    /// <summary>Keycloak with rotation and no reuse: a second use of a refresh token, or two at once, would end the session there.</summary>
    [Fact]
    public async Task Rotation_without_reuse_survives_a_storm_at_each_expiry()
    {
        var rotation = await Admin.ChangeRealmAsync(new JsonObject { ["revokeRefreshToken"] = true, ["refreshTokenMaxReuse"] = 0 });
        try
        {
            var session = await LogInAsync("ann", "ann-pass");
            var until = Stopwatch.GetTimestamp() + (25 * Stopwatch.Frequency);
            var requests = 0;
            while (Stopwatch.GetTimestamp() < until)
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StatusAsync(session)));
                Assert.All(answers, status => Assert.Equal(200, status));
                requests += answers.Length;
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{requests} requests in 25 s over access tokens of 10 s");
        }
        finally
        {
            await Admin.ChangeRealmAsync(rotation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
        if (_admin is not null)
        {
            await _admin.EnableUserAsync("bob", enabled: true);
            await _admin.ChangeRealmAsync(_before);
        }
    }

    private async Task<string> LogInAsync(string user, string password)
    {
        using var browser = new CookieBrowser();
        await browser.LogInAsync(new Uri(Gateway.Address, "/download/1"), user, password);
        Assert.Equal(200, browser.Status);
        return browser.CookieHeader("localhost");
    }

    private async Task<int> StatusAsync(string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Gateway.Address, "/download/1"));
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Accept", "application/json");
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private async Task<ClientWebSocket> OpenSocketAsync(string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new Uri($"ws://localhost:{Gateway.Port}/ws"), TestContext.Current.CancellationToken);
        return socket;
    }
}
