using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthGateway.Tests.Rig;

namespace AuthGateway.Tests.Connections;

/// <summary>One HTTP/2 connection that carries requests of many users, one after the other and at the same time: each is decided by what it brings itself.</summary>
public class SharedHttp2ConnectionTests
{
    private static readonly ProviderUser[] Users = [ProviderUser.Alice, ProviderUser.Bob];

    [Theory]
    [InlineData(Door.InLine)]
    [InlineData(Door.ExtAuthz)]
    public async Task In_turn_each_request_is_its_own_users(Door door)
    {
        await using var rig = await Rigged.StartAsync(door);
        using var connection = rig.Connect();

        foreach (var who in (int[])[0, 0, 1, 1, 0, -1, 0, -1, -1, 1, 1, 0, 0, -1, 1])
        {
            await rig.CheckAsync(connection, who, "/notebook/same");
        }

        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(Door.InLine)]
    [InlineData(Door.ExtAuthz)]
    public async Task Interleaved_requests_keep_their_own_users(Door door)
    {
        await using var rig = await Rigged.StartAsync(door);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 0, "/notebook/first");

        // Two of three go for the same target, as a page's own calls do.
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
            await rig.CheckAsync(connection, (i * 7 % 3) - 1, i % 3 == 0 ? $"/notebook/{i}" : "/notebook/same"));

        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(Door.InLine)]
    [InlineData(Door.ExtAuthz)]
    public async Task Logout_on_the_connection_ends_that_session_alone_and_at_once(Door door)
    {
        await using var rig = await Rigged.StartAsync(door);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 0, "/notebook/same");
        await rig.CheckAsync(connection, 0, "/notebook/same");

        Assert.Equal(303, (await rig.LogOutAsync(connection, 0)).Status);

        Assert.Equal(401, (await rig.AskAsync(connection, rig.CookieOf(0), "/notebook/same")).Status);
        Assert.Equal(401, (await rig.AskAsync(connection, rig.CookieOf(0), "/notebook/same")).Status);
        await rig.CheckAsync(connection, 1, "/notebook/same");
        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(Door.InLine)]
    [InlineData(Door.ExtAuthz)]
    public async Task Logout_among_the_requests_of_another_leaves_those_alone(Door door)
    {
        await using var rig = await Rigged.StartAsync(door);
        using var connection = rig.Connect();
        using var stop = new CancellationTokenSource();
        var others = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await rig.CheckAsync(connection, 1, "/notebook/same");
            }
        });
        await rig.CheckAsync(connection, 0, "/notebook/same");

        Assert.Equal(303, (await rig.LogOutAsync(connection, 0)).Status);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(401, (await rig.AskAsync(connection, rig.CookieOf(0), "/notebook/same")).Status);
        }

        await stop.CancelAsync();
        await others;
        Assert.Equal(1, connection.Opened);
    }

    [Fact]
    public async Task Reset_stream_gives_its_user_to_no_other()
    {
        await using var rig = await Rigged.StartAsync(Door.InLine);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 1, "/notebook/same");

        for (var round = 0; round < 30; round++)
        {
            using var reset = new CancellationTokenSource();
            var before = rig.Gateway.Upstream.Requests.Count;
            var pending = Enumerable.Range(0, 4).Select(_ => BrokenOffAsync(connection.SendAsync(connection.Request(HttpMethod.Get, "/notebook/hang", rig.CookieOf(0)), reset.Token))).ToList();
            var others = Enumerable.Range(0, 6).Select(i => rig.CheckAsync(connection, ((i + round) % 3) - 1, "/notebook/hanging")).ToList();
            await Deadline.UntilAsync(() => rig.Gateway.Upstream.Requests.Skip(before).Count(request => request.Target == "/notebook/hang") == 4, "the requests hang");

            await reset.CancelAsync();
            others.AddRange(Enumerable.Range(0, 6).Select(i => rig.CheckAsync(connection, i % 2 == 0 ? 1 : -1, "/notebook/hang-no-more")));
            await Task.WhenAll([.. pending, .. others]);
        }

        Assert.Equal(1, connection.Opened);
    }

    [Theory]
    [InlineData(Door.InLine)]
    [InlineData(Door.ExtAuthz)]
    public async Task Streams_that_are_reset_at_any_moment_disturb_no_other(Door door)
    {
        await using var rig = await Rigged.StartAsync(door);
        using var connection = rig.Connect();
        await rig.CheckAsync(connection, 0, "/notebook/same");

        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            if (i % 2 == 0)
            {
                await rig.CheckAsync(connection, (i / 2 % 3) - 1, "/notebook/same");
                return;
            }

            using var reset = new CancellationTokenSource();
            var doomed = BrokenOffAsync(connection.SendAsync(connection.Request(HttpMethod.Get, "/notebook/same", rig.CookieOf(i / 2 % 2)), reset.Token));
            for (var wait = i % 16; wait > 0; wait--)
            {
                await Task.Yield();
            }

            await reset.CancelAsync();
            await doomed;
        });

        Assert.Equal(1, connection.Opened);
    }

    [Fact]
    public async Task Sockets_on_the_connection_are_their_own_users_and_end_with_their_own_session()
    {
        await using var rig = await Rigged.StartAsync(Door.InLine);
        using var connection = rig.Connect();
        using var first = await connection.OpenSocketAsync("/notebook/0/ws", rig.CookieOf(0));
        using var second = await connection.OpenSocketAsync("/notebook/1/ws", rig.CookieOf(1));
        await Assert.ThrowsAsync<WebSocketException>(() => connection.OpenSocketAsync("/notebook/2/ws", "_xsrf=2"));

        foreach (var handshake in rig.Gateway.Upstream.Requests)
        {
            Assert.Equal(Users[handshake.Target[10] - '0'].Email, Assert.Single(handshake.AllFolded("kubeflow-userid")));
            Assert.DoesNotContain(handshake.Lines, line => line.Contains("authservice_session", StringComparison.OrdinalIgnoreCase));
        }

        await rig.LogOutAsync(connection, 0);

        var end = await first.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (end.MessageType, first.CloseStatus));
        await second.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketState.Open, second.State);
        await rig.CheckAsync(connection, 1, "/notebook/same");
        await rig.CheckAsync(connection, -1, "/notebook/same");
        Assert.Equal(1, connection.Opened);
    }

    private static async Task BrokenOffAsync(Task<RawResponse> pending)
    {
        try
        {
            await pending;
        }
        catch (OperationCanceledException)
        {
            // As it was meant; an answer may have been faster.
        }
    }

    /// <summary>A gateway that speaks TLS, and a session for each user.</summary>
    private sealed class Rigged(GatewayRig gateway, TempFolder folder, string[] sessions) : IAsyncDisposable
    {
        public GatewayRig Gateway => gateway;

        public static async Task<Rigged> StartAsync(Door door)
        {
            var gateway = await GatewayRig.StartAsync(door);
            var sessions = new string[Users.Length];
            for (var i = 0; i < Users.Length; i++)
            {
                gateway.Provider.User = Users[i];
                sessions[i] = gateway.SessionOf(await gateway.LogInWithoutUpstreamAsync());
            }

            // The rig's browser speaks no TLS: it logs in before.
            var folder = new TempFolder();
            WriteCertificate(folder);
            await gateway.RestartAsync(environment =>
            {
                environment["TLS_CERT_FILE"] = folder.File("tls.crt");
                environment["TLS_KEY_FILE"] = folder.File("tls.key");
            });
            return new Rigged(gateway, folder, sessions);
        }

        public Http2Connection Connect() => new(gateway.Address);

        public string CookieOf(int who) => $"_xsrf={who}; authservice_session={sessions[who]}";

        public Task<RawResponse> AskAsync(Http2Connection connection, string cookies, string target) =>
            connection.SendAsync(connection.Request(HttpMethod.Get, target, cookies, "Accept: application/json", "Sec-Fetch-Mode: cors"));

        public Task<RawResponse> LogOutAsync(Http2Connection connection, int who) =>
            connection.SendAsync(connection.Request(HttpMethod.Post, "/authservice/logout", CookieOf(who), "Origin: " + gateway.PublicUrl, "Sec-Fetch-Site: same-origin"));

        /// <param name="connection">The one connection.</param>
        /// <param name="who">Index of the user; -1 for somebody without a session.</param>
        /// <param name="target">What is asked for.</param>
        public async Task CheckAsync(Http2Connection connection, int who, string target)
        {
            var answer = await AskAsync(connection, who < 0 ? "_xsrf=-1" : CookieOf(who), target);
            if (who < 0)
            {
                Assert.True(answer.Status == 401, $"{target}: {answer}");
                Assert.Null(answer.Header("kubeflow-userid"));
                return;
            }

            Assert.True(answer.Status == 200, $"{target} as {who}: {answer}");
            if (gateway.Door == Door.ExtAuthz)
            {
                Assert.Equal(Users[who].Email, Assert.Single(answer.All("kubeflow-userid")));
                return;
            }

            // The application answers with what it was sent.
            var seen = new UpstreamRequest(0, "GET", (string)answer.Json["target"]!, [.. answer.Json["lines"]!.AsArray().Select(line => (string)line!)]);
            Assert.Equal(target, seen.Target);
            Assert.Equal(Users[who].Email, Assert.Single(seen.AllFolded("kubeflow-userid")));
            Assert.Equal($"_xsrf={who}", Assert.Single(seen.All("Cookie")));
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            folder.Dispose();
        }

        private static void WriteCertificate(TempFolder folder)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=" + GatewayRig.PublicHost, key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(folder.File("tls.crt"), certificate.ExportCertificatePem());
            File.WriteAllText(folder.File("tls.key"), key.ExportPkcs8PrivateKeyPem());
        }
    }
}
