using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>The people of a notebook day, all with the live session: what they send and what they get, counted and hashed.</summary>
internal sealed class NotebookPeople(FloodedGateway gateway, NotebookSizes sizes) : IDisposable
{
    private readonly List<ClientWebSocket> _sockets = [];
    private readonly List<HttpClient> _clients = [];

    /// <summary>Sockets that are neither closed nor broken.</summary>
    public int OpenSockets => _sockets.Count(socket => socket.State == WebSocketState.Open);

    /// <summary>Opens the sockets, which then send nothing by themselves.</summary>
    public async Task OpenSocketsAsync()
    {
        for (var i = 0; i < NotebookSizes.Sockets; i++)
        {
            var socket = new ClientWebSocket();
            socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            socket.Options.SetRequestHeader("Host", StoreGateway.PublicHost);
            socket.Options.SetRequestHeader("Cookie", "authservice_session=" + gateway.Session);
            await socket.ConnectAsync(new Uri($"{(gateway.IsTls ? "wss" : "ws")}://127.0.0.1:{gateway.Port}/ws"), TestContext.Current.CancellationToken);
            _sockets.Add(socket);
        }
    }

    /// <summary>Each socket sends a word; the number of those that got the same back within 10 s.</summary>
    public async Task<int> EchoAsync(string word)
    {
        var sent = Encoding.ASCII.GetBytes(word);
        var echoes = await Task.WhenAll(_sockets.Select(async socket =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var buffer = new byte[1024];
            try
            {
                await socket.SendAsync(sent, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
                var got = await socket.ReceiveAsync(buffer, patience.Token);
                return got.EndOfMessage && buffer.AsSpan(0, got.Count).SequenceEqual(sent);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                return false;
            }
        }));
        return echoes.Count(isSame => isSame);
    }

    /// <summary>What the application says about an upload: length and hash.</summary>
    public Task<string> UploadAsync() => TellAsync(async () =>
    {
        using var request = Request(HttpMethod.Post, "/upload");
        request.Content = new PacedContent(sizes.UploadBytes);
        using var answer = await Client().SendAsync(request);
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync() : $"status {answer.StatusCode}";
    });

    /// <summary>Length and hash of a download.</summary>
    public Task<string> DownloadAsync(HttpClient client) => TellAsync(async () =>
    {
        using var request = Request(HttpMethod.Get, "/download");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[16 * 1024];
        var length = 0L;
        while (await body.ReadAsync(buffer) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }

        return answer.StatusCode == HttpStatusCode.OK ? NotebookUpstream.Sum(length, hash) : $"status {answer.StatusCode}";
    });

    /// <summary>All events until the application's end of the stream.</summary>
    public Task<string> ListenAsync() => TellAsync(async () =>
    {
        using var request = Request(HttpMethod.Get, "/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var answer = await Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await answer.Content.ReadAsStringAsync();
    });

    /// <summary>A browser that is kept until the end.</summary>
    public HttpClient Client()
    {
        var client = gateway.NewClient();
        client.Timeout = Timeout.InfiniteTimeSpan;
        _clients.Add(client);
        return client;
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _clients.ForEach(client => client.Dispose());
    }

    // What broke off says so where the sum is expected.
    private static async Task<string> TellAsync(Func<Task<string>> work)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return await work();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return $"broken off after {clock.Elapsed.TotalSeconds:0} s: {e.Message} {e.InnerException?.Message}";
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var version = gateway.NewVersion;
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", "authservice_session=" + gateway.Session);
        return request;
    }
}
