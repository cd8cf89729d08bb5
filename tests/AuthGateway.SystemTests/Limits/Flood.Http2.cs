using System.Net.Sockets;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>The attacks over HTTP/2.</summary>
internal sealed partial class Flood
{
    private const byte WindowUpdate = 8;
    private const int Streams = 100;
    private static readonly byte[] Form = RawHttp2.Field("content-type", "application/x-www-form-urlencoded");

    private async Task FramesAsync(string attack, CancellationToken end)
    {
        try
        {
            do
            {
                var connection = Hold(await RawHttp2.ConnectAsync(port, isTls, attack is "slow-read-h2" ? 1 : 0));
                await AttackAsync(attack, connection, end);
                if (attack is "index-0-h2" or "reconnect-h2")
                    connection.Dispose();
            }
            while (!end.IsCancellationRequested && attack is "index-0-h2" or "reconnect-h2");
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // Closed by the gateway, or the end.
        }
    }

    private static Task AttackAsync(string attack, RawHttp2 connection, CancellationToken end) => attack switch
    {
        "bomb-h2" => RequestsAsync(connection, "GET", Homepage, isEnd: true, 15),
        "public-bomb-h2" => RequestsAsync(connection, "GET", "/public/x", isEnd: true, 15),
        "trailers-h2" => TrailersAsync(connection),
        "open-block-h2" => OpenBlockAsync(connection),
        "continuations-h2" => ContinuationsAsync(connection, end),
        "unread-h2" => RequestsAsync(connection, "GET", "/app", isEnd: true, 0),
        "unread-page-h2" => RequestsAsync(connection, "GET", Homepage, isEnd: true, 0),
        "slow-read-h2" => SlowReadAsync(connection, end),
        "unfinished-h2" => RequestsAsync(connection, "POST", "/public/x", isEnd: false, 0),
        "tokens-h2" => RequestsAsync(connection, "POST", Tokens, isEnd: false, 0),
        "bodies-h2" => BodiesAsync(connection, "/app"),
        "public-bodies-h2" => BodiesAsync(connection, "/public/hang"),
        "tiny-data-h2" => TinyDataAsync(connection, end),
        "resets-h2" => ResetsAsync(connection, "/app", end),
        "public-resets-h2" => ResetsAsync(connection, "/public/x", end),
        "requests-h2" => ManyRequestsAsync(connection, end),
        "index-0-h2" => connection.RequestAsync(1, "GET", "/app", StoreGateway.PublicHost, isEnd: true, [0x80]).ContinueWith(_ => connection.Closed.WaitAsync(TimeSpan.FromSeconds(5), end), end, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap(),
        "pings-h2" => RepeatAsync(connection, RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8]), end),
        "settings-h2" => RepeatAsync(connection, RawHttp2.Frame(RawHttp2.Settings, 0, 0, []), end),
        "windows-h2" => RepeatAsync(connection, RawHttp2.Frame(WindowUpdate, 0, 0, [0, 0, 0, 1]), end),
        "priorities-h2" => RepeatAsync(connection, RawHttp2.Frame(2, 0, 1, [0, 0, 0, 0, 1]), end),
        _ => throw new ArgumentException(attack, nameof(attack)),
    };

    // A field of 4,000 bytes is put into the HPACK table once and then named by one byte.
    private static async Task RequestsAsync(RawHttp2 connection, string method, string path, bool isEnd, int names)
    {
        for (var i = 0; i < Streams && !connection.Closed.IsCompleted; i++)
        {
            byte[] fields = i > 0 || names == 0 ? [.. Enumerable.Repeat((byte)0xBE, names)] : [.. RawHttp2.Indexed("x-a", new string('a', 4000)), .. Enumerable.Repeat((byte)0xBE, names - 1)];
            await connection.RequestAsync((2 * i) + 1, method, path, StoreGateway.PublicHost, isEnd, method == "POST" ? [.. fields, .. Form] : fields);
        }
    }

    private static async Task TrailersAsync(RawHttp2 connection)
    {
        await RequestsAsync(connection, "POST", Tokens, isEnd: false, 1);
        for (var i = 0; i < Streams && !connection.Closed.IsCompleted; i++)
            await connection.SendAsync(RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders | RawHttp2.EndStream, (2 * i) + 1, [.. Enumerable.Repeat((byte)0xBE, 31)]));
    }

    private static async Task OpenBlockAsync(RawHttp2 connection)
    {
        await RequestsAsync(connection, "GET", Homepage, isEnd: true, 1);
        await connection.RequestAsync((2 * Streams) + 1, "GET", Homepage, StoreGateway.PublicHost, isEnd: true, [.. Enumerable.Repeat((byte)0xBE, 31)], flags: 0);
    }

    private static async Task ContinuationsAsync(RawHttp2 connection, CancellationToken end)
    {
        await connection.RequestAsync(1, "GET", Homepage, StoreGateway.PublicHost, isEnd: true, [], flags: 0);
        await RepeatAsync(connection, RawHttp2.Frame(RawHttp2.Continuation, 0, 1, RawHttp2.Field("a", "b")), end);
    }

    // Downloads of a large answer, one byte at a time.
    private static async Task SlowReadAsync(RawHttp2 connection, CancellationToken end)
    {
        await RequestsAsync(connection, "GET", "/public/big", isEnd: true, 0);
        while (!end.IsCancellationRequested && !connection.Closed.IsCompleted)
        {
            for (var i = 0; i < Streams; i++)
                await connection.SendAsync(RawHttp2.Frame(WindowUpdate, 0, (2 * i) + 1, [0, 0, 0, 1]));
            await Task.Delay(TimeSpan.FromSeconds(1), end);
        }
    }

    // As much body as the server's window takes, for answers that are not read.
    private static async Task BodiesAsync(RawHttp2 connection, string path)
    {
        for (var stream = 1; stream < 8; stream += 2)
        {
            await connection.RequestAsync(stream, "POST", path, StoreGateway.PublicHost, isEnd: false, Form);
            for (var i = 0; i < 16; i++)
                await connection.SendAsync(RawHttp2.Frame(RawHttp2.Data, 0, stream, new byte[16_000]));
        }
    }

    private static async Task TinyDataAsync(RawHttp2 connection, CancellationToken end)
    {
        await connection.RequestAsync(1, "POST", "/public/x", StoreGateway.PublicHost, isEnd: false, Form);
        await RepeatAsync(connection, RawHttp2.Frame(RawHttp2.Data, 0, 1, [0]), end);
    }

    private static async Task ResetsAsync(RawHttp2 connection, string path, CancellationToken end)
    {
        for (var stream = 1; !end.IsCancellationRequested && !connection.Closed.IsCompleted; stream += 2)
        {
            var head = RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders | RawHttp2.EndStream, stream, RawHttp2.Head("GET", path, StoreGateway.PublicHost));
            await connection.SendAsync([.. head, .. RawHttp2.Frame(RawHttp2.Reset, 0, stream, [0, 0, 0, 8])]).WaitAsync(end);
        }
    }

    // Requests without end, and the window for their answers.
    private static async Task ManyRequestsAsync(RawHttp2 connection, CancellationToken end)
    {
        await connection.SendAsync(RawHttp2.Frame(RawHttp2.Settings, 0, 0, [0, 4, 0, 0, 0xFF, 0xFF]));
        await connection.SendAsync(RawHttp2.Frame(WindowUpdate, 0, 0, [0x3F, 0, 0, 0]));
        for (var stream = 1; !end.IsCancellationRequested && !connection.Closed.IsCompleted; stream += 2)
            await connection.RequestAsync(stream, "GET", "/app", StoreGateway.PublicHost, isEnd: true, []).WaitAsync(end);
    }

    private static async Task RepeatAsync(RawHttp2 connection, byte[] frame, CancellationToken end)
    {
        byte[] many = [.. Enumerable.Repeat(frame, 1000).SelectMany(bytes => bytes)];
        while (!end.IsCancellationRequested && !connection.Closed.IsCompleted)
            await connection.SendAsync(many).WaitAsync(end);
    }
}
