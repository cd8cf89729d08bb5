using System.Net;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>Honest clients of a door.</summary>
/// <param name="cookie">Of the live session, as <c>name=value</c>.</param>
internal sealed class FloodClient(FloodDoor door, int port, string cookie, Uri application) : IDisposable
{
    private HttpClient? _kept;

    /// <summary>HTTP's, the newest that the door speaks.</summary>
    public Version NewVersion => IsTls || door == FloodDoor.H2c ? HttpVersion.Version20 : HttpVersion.Version11;

    private bool IsTls => door is FloodDoor.Tls or FloodDoor.CheckTls;

    /// <inheritdoc cref="IFloodTarget.AskAsync"/>
    public async Task<int> AskAsync()
    {
        using var client = NewClient();
        return await AskAsync(client);
    }

    /// <inheritdoc cref="IFloodTarget.AskAgainAsync"/>
    public Task<int> AskAgainAsync() => AskAsync(_kept ??= NewClient());

    /// <inheritdoc cref="IFloodTarget.AskUpstreamAsync"/>
    public async Task<int> AskUpstreamAsync()
    {
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        using var answer = await client.GetAsync(new Uri(application, "/app"));
        return (int)answer.StatusCode;
    }

    /// <summary>A visit without the session on a new connection.</summary>
    public async Task<int> VisitAsync(string path)
    {
        using var client = NewClient();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (int)answer.StatusCode;
    }

    /// <summary>A browser's connections to the door, HTTP/2 where it speaks that.</summary>
    public HttpClient NewClient()
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        };
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"{(IsTls ? "https" : "http")}://127.0.0.1:{port}"),
            DefaultRequestVersion = NewVersion,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        client.DefaultRequestHeaders.Host = StoreGateway.PublicHost;
        return client;
    }

    public void Dispose() => _kept?.Dispose();

    private async Task<int> AskAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/app", UriKind.Relative)) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
