using System.Net;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Logins;

/// <summary>Logs in by the three requests of the code flow, over kept connections and without a browser's other work.</summary>
internal sealed class LoginClient(Uri gateway) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    /// <returns>The session's cookie; null when a step was refused.</returns>
    public async Task<string?> LogInAsync()
    {
        using var start = await SendAsync(new Uri(gateway, "/who"), "");
        if (start.StatusCode != HttpStatusCode.Redirect)
        {
            return null;
        }

        using var provider = await SendAsync(start.Headers.Location!, "");
        using var callback = await SendAsync(provider.Headers.Location!, Cookies(start));
        return callback.StatusCode == HttpStatusCode.Redirect
            ? Cookies(callback).Split("; ").SingleOrDefault(cookie => cookie.StartsWith(BrowserLogin.SessionCookie + "=", StringComparison.Ordinal))
            : null;
    }

    /// <summary>A login counts only when its session works.</summary>
    public async Task<bool> IsLiveAsync(string cookie)
    {
        using var answer = await SendAsync(new Uri(gateway, "/who"), cookie);
        return answer.StatusCode == HttpStatusCode.OK && await answer.Content.ReadAsStringAsync() == InstantProvider.User;
    }

    public void Dispose() => _client.Dispose();

    private static string Cookies(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var lines)
        ? string.Join("; ", lines.Select(line => line.Split(';')[0]))
        : "";

    private async Task<HttpResponseMessage> SendAsync(Uri address, string cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept", "text/html");
        if (cookies.Length > 0)
        {
            request.Headers.Add("Cookie", cookies);
        }

        return await _client.SendAsync(request);
    }
}
