using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace AuthGateway.Tests.Connections;

/// <summary>One HTTP/2 connection to the TLS listener, never a second one, for the requests of everybody.</summary>
internal sealed class Http2Connection : IDisposable
{
    private readonly Uri _address;
    private readonly HttpMessageInvoker _client;
    private int _opened;

    public Http2Connection(Uri address)
    {
        _address = address;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = false,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>How many connections it took: one.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <param name="cookies">The Cookie line; null for none.</param>
    /// <param name="lines">Further headers, <c>Name: value</c>.</param>
    public HttpRequestMessage Request(HttpMethod method, string target, string? cookies, params IReadOnlyList<string> lines)
    {
        var request = new HttpRequestMessage(method, new Uri(_address, target)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = GatewayRig.PublicHost;
        foreach (var line in lines)
        {
            request.Headers.TryAddWithoutValidation(UpstreamRequest.NameOf(line), UpstreamRequest.ValueOf(line));
        }

        if (cookies is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        }

        return request;
    }

    public async Task<RawResponse> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var owned = request;
        using var answer = await _client.SendAsync(request, limit.Token);
        Assert.Equal(HttpVersion.Version20, answer.Version);
        var headers = answer.Headers.Concat(answer.Content.Headers).SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
        return new RawResponse((int)answer.StatusCode, [.. headers], await answer.Content.ReadAsByteArrayAsync(limit.Token));
    }

    /// <summary>A WebSocket on a stream of this connection (RFC 8441).</summary>
    public async Task<ClientWebSocket> OpenSocketAsync(string target, string cookies)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Host", GatewayRig.PublicHost);
        socket.Options.SetRequestHeader("Cookie", cookies);
        await socket.ConnectAsync(new UriBuilder(new Uri(_address, target)) { Scheme = _address.Scheme == "https" ? "wss" : "ws" }.Uri, _client, TestContext.Current.CancellationToken);
        return socket;
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
