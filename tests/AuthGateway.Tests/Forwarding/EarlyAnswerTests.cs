using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthGateway.Http;

namespace AuthGateway.Tests.Forwarding;

/// <summary>X6: an error that an application answers before the body has arrived is heard at once (RFC 9112 §9.5); everything else waits for the body as before.</summary>
public class EarlyAnswerTests
{
    private const string TooLong = "HTTP/1.1 413 Content Too Large\r\nX-App: yes\r\nContent-Length: 8\r\n\r\ntoo long";

    [Theory]
    [InlineData(false, "Content-Length: 100000000")]
    [InlineData(true, "Content-Length: 100000000")]
    [InlineData(false, "Transfer-Encoding: chunked")]
    [InlineData(true, "Transfer-Encoding: chunked")]
    public async Task Refusal_is_heard_while_the_body_is_still_on_its_way(bool byRoutes, string framing)
    {
        using var app = new Application(TooLong);
        await using var rig = await StartAsync(app, byRoutes);
        using var client = await RawClient.ConnectAsync(rig.Gateway.Address);

        await client.SendAsync($"PUT /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\n{framing}\r\n\r\n{Piece(framing)}");

        var answer = await client.ReadAsync();
        Assert.Equal((413, "yes", "too long"), (answer!.Status, answer.Header("X-App"), answer.Text));
    }

    [Fact]
    public async Task Refusal_is_heard_on_a_connection_that_was_used_before_and_never_mixes_with_the_next_answer()
    {
        using var app = new Application(TooLong);
        await using var rig = await StartAsync(app, byRoutes: false);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("fine", (await rig.SendAsync("GET", "/fine")).Text);
            using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
            await client.SendAsync($"POST /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nContent-Length: 5000000\r\n\r\n{new string('x', 50000)}");

            Assert.Equal("too long", (await client.ReadAsync())!.Text);
        }
    }

    /// <summary>RFC 9110 §15.5.9: a server may send 408 on an idle connection, and close it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_that_lies_on_an_idle_connection_is_not_taken_for_the_next_requests(bool closes)
    {
        using var app = new Application("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") { WaitsForBody = true };
        await using var rig = await StartAsync(app, byRoutes: false);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("fine", (await rig.SendAsync("GET", "/fine")).Text);
            await app.SpeakUnaskedAsync("HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlate", closes);

            var answer = await RawClient.OnceAsync(
                rig.Gateway.Address, $"POST /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nContent-Length: 300000\r\n\r\n{new string('x', 300000)}");

            Assert.Equal((200, "ok"), (answer.Status, answer.Text));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nok", 404)]
    public async Task Whole_body_arrives_where_the_answer_does_not_refuse_it_or_comes_behind_it(string bytes, int status)
    {
        using var app = new Application(bytes) { WaitsForBody = status >= 400 };
        await using var rig = await StartAsync(app, byRoutes: false);
        for (var i = 0; i < 3; i++)
        {
            using var client = await RawClient.ConnectAsync(rig.Gateway.Address);
            await client.SendAsync($"POST /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nContent-Length: 300000\r\n\r\n{new string('x', 100000)}");
            // The tail may wait in a write buffer.
            await Deadline.UntilAsync(() => app.BodyBytes >= 60000, "the first part");
            await client.SendAsync(new string('x', 200000));

            var answer = await client.ReadAsync();
            Assert.Equal((status, "ok"), (answer!.Status, answer.Text));
            await Deadline.UntilAsync(() => app.BodyBytes == 300000, "the whole body");
        }
    }

    private static string Piece(string framing) => framing.StartsWith("Transfer", StringComparison.Ordinal) ? $"{50000:x}\r\n{new string('x', 50000)}\r\n" : new string('x', 50000);

    private static Task<ForwardingRig> StartAsync(Application app, bool byRoutes) => byRoutes
        ? ForwardingRig.WithFileAsync($$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**rest}" } } },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "{{app.Address}}" } } } }
            }
            """)
        : ForwardingRig.StartAsync(byRoutes: false, new() { ["UPSTREAM_URL"] = app.Address });

    /// <summary>Answers as soon as the first byte of a body is there, reads on, and keeps the connection open.</summary>
    private sealed class Application : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string _answer;
        private long _bodyBytes;
        private NetworkStream? _idle;

        public Application(string answer)
        {
            _answer = answer;
            _listener.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
            _ = AcceptAsync();
        }

        public string Address { get; }

        /// <summary>An ordinary application: the answer comes behind the body.</summary>
        public bool WaitsForBody { get; init; }

        /// <summary>Of the last request.</summary>
        public long BodyBytes => Interlocked.Read(ref _bodyBytes);

        public void Dispose() => _listener.Dispose();

        /// <summary>On the connection that answered the last GET.</summary>
        public async Task SpeakUnaskedAsync(string bytes, bool closes)
        {
            await _idle!.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            if (closes)
            {
                _idle.Socket.Shutdown(SocketShutdown.Send);
            }
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            try
            {
                using var owned = client;
                client.NoDelay = true;
                var stream = client.GetStream();
                var reader = new HttpReader(stream);
                while (await reader.LineAsync() is { } line && await reader.LinesAsync() is { } headers)
                {
                    if (line.StartsWith("GET ", StringComparison.Ordinal))
                    {
                        _idle = stream;
                        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"u8.ToArray());
                        continue;
                    }

                    Interlocked.Exchange(ref _bodyBytes, 0);
                    var length = headers.Find(header => header.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase)) is { } given
                        ? long.Parse(given.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture) : long.MaxValue;
                    await ReadBodyAsync(stream, reader, length);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // The gateway hung up.
            }
        }

        private async Task ReadBodyAsync(NetworkStream stream, HttpReader reader, long length)
        {
            var isAnswered = false;
            while (BodyBytes < length && await reader.SomeAsync() is { Length: > 0 } some)
            {
                Interlocked.Add(ref _bodyBytes, some.Length);
                if (!isAnswered && (!WaitsForBody || BodyBytes >= length))
                {
                    isAnswered = true;
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(_answer));
                }
            }
        }
    }
}
