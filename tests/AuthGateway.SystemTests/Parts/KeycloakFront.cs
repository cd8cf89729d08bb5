using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace AuthGateway.SystemTests.Parts;

/// <summary>A real Keycloak at an address of its own, whose answers to refreshes can be held up after it has rotated the token.</summary>
internal sealed class KeycloakFront : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly ConcurrentQueue<string> _logins = new();
    private readonly WebApplication _app;
    private readonly Uri _server;

    private KeycloakFront(WebApplication app, Uri server)
    {
        (_app, _server) = (app, server);
        app.Run(HandleAsync);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>By Keycloak's session id: its answer to a refresh waits for this.</summary>
    public ConcurrentDictionary<string, Func<Task>> Held { get; } = new();

    /// <summary>Statuses of Keycloak's answers to refreshes, by its session id.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<int>> Refreshes { get; } = new();

    /// <summary>Codes that were redeemed or tried.</summary>
    public int Codes { get; private set; }

    /// <summary>Keycloak's id of the session that was made last.</summary>
    public string LastLogin => _logins.Last();

    public static async Task<KeycloakFront> StartAsync(Uri server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var front = new KeycloakFront(builder.Build(), server);
        await front._app.StartAsync();
        return front;
    }

    public int Refreshed(string login) => Refreshes.GetValueOrDefault(login)?.Count ?? 0;

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var answer = await _http.SendAsync(Copy(context.Request, body.ToArray()));
        var content = await answer.Content.ReadAsByteArrayAsync();
        var form = context.Request.HasFormContentType ? QueryOf(body.ToArray()) : [];
        if (form.GetValueOrDefault("grant_type") == "authorization_code")
        {
            Codes++;
            if (answer.IsSuccessStatusCode)
                _logins.Enqueue(SessionOf((string)JsonNode.Parse(content)!["refresh_token"]!));
        }

        if (form.GetValueOrDefault("grant_type") == "refresh_token")
        {
            var login = SessionOf(form["refresh_token"]);
            Refreshes.GetOrAdd(login, _ => new()).Enqueue((int)answer.StatusCode);
            if (Held.TryGetValue(login, out var wait))
                await wait();
        }

        await WriteAsync(context, answer, content);
    }

    private HttpRequestMessage Copy(HttpRequest from, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(_server, from.Path + from.QueryString));
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in from.Headers.Where(header => header.Key is not ("Connection" or "Content-Length")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        // The issuer follows it.
        request.Headers.Host = from.Host.Value;
        return request;
    }

    private static async Task WriteAsync(HttpContext context, HttpResponseMessage answer, byte[] content)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Connection" or "Content-Length")))
            context.Response.Headers[name] = values.ToArray();
        if (content.Length > 0)
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private static Dictionary<string, string> QueryOf(byte[] form) => Encoding.UTF8.GetString(form).Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2)
        .GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => Uri.UnescapeDataString(pair.First()[1].Replace('+', ' ')));

    // Keycloak's refresh tokens are JWTs.
    private static string SessionOf(string token) =>
        (string)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!["sid"]!;
}
