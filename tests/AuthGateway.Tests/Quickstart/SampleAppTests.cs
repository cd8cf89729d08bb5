using System.Net.WebSockets;
using System.Text;
using AuthGateway.Quickstart.App;

namespace AuthGateway.Tests.Quickstart;

/// <summary>The sample application without a gateway in front.</summary>
public sealed class SampleAppTests : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private SampleApp _app = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await SampleApp.StartAsync(0, Cancelled);
        _http.BaseAddress = _app.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/headers")]
    [InlineData("/public/headers")]
    public async Task Header_lines_keep_spelling_order_and_repeats(string path)
    {
        var request = $"GET {path} HTTP/1.1\r\nhost: x\r\nkubeflow-userid: a\r\nKUBEFLOW-USERID: b\r\nKubeflow_Userid: c\r\nConnection: close\r\n\r\n";
        var answer = await RawClient.OnceAsync(_app.Address, request);

        Assert.Contains("""[["host","x"],["kubeflow-userid","a"],["KUBEFLOW-USERID","b"],["Kubeflow_Userid","c"],["Connection","close"]]""", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_lines_are_right_after_a_body_on_the_same_connection()
    {
        for (var i = 0; i < 3; i++)
        {
            using var body = new ByteArrayContent(new byte[300_000]);
            using var upload = await _http.PostAsync("/upload", body, Cancelled);
            Assert.Equal("""{"bytes":300000}""", await upload.Content.ReadAsStringAsync(Cancelled));
            Assert.StartsWith("""[["Host",""", await _http.GetStringAsync("/headers", Cancelled), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Header_lines_are_right_after_a_body_that_nobody_read()
    {
        for (var i = 0; i < 5; i++)
        {
            using var body = new StringContent("{}");
            using var saved = await _http.PutAsync("/notebook/api/contents", body, Cancelled);
            Assert.Equal(System.Net.HttpStatusCode.OK, saved.StatusCode);
            Assert.StartsWith("""[["Host",""", await _http.GetStringAsync("/headers", Cancelled), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Header_lines_are_right_when_they_come_with_the_rest_of_the_body_before()
    {
        using var client = await RawClient.ConnectAsync(_app.Address);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("PUT /notebook/api/contents HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n");
            Assert.Equal(200, (await client.ReadAsync())!.Status);
            await client.SendAsync("{}GET /headers HTTP/1.1\r\nHost: x\r\nTurn: " + i + "\r\n\r\n");

            Assert.Equal($"""[["Host","x"],["Turn","{i}"]]""", (await client.ReadAsync())!.Text);
        }
    }

    [Fact]
    public async Task The_page_names_the_user_and_encodes_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("kubeflow-userid", "<b>ann@example.com");
        using var answer = await _http.SendAsync(request, Cancelled);
        var page = await answer.Content.ReadAsStringAsync(Cancelled);

        Assert.Contains("&lt;b&gt;ann@example.com", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/authservice/logout\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_has_exactly_the_bytes_asked_for()
    {
        var bytes = await _http.GetByteArrayAsync("/download?bytes=200001", Cancelled);

        Assert.Equal(200_001, bytes.Length);
    }

    [Fact]
    public async Task Events_tick()
    {
        var text = await _http.GetStringAsync("/sse?interval=1&count=3", Cancelled);

        Assert.Equal("id: 1\ndata: tick 1\n\nid: 2\ndata: tick 2\n\nid: 3\ndata: tick 3\n\n", text);
    }

    [Fact]
    public async Task The_socket_echoes()
    {
        using var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        await socket.ConnectAsync(new UriBuilder(_app.Address) { Scheme = "ws", Path = "/ws" }.Uri, Cancelled);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, Cancelled);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancelled);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }
}
