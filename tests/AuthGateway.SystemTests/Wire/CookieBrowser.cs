using System.Net;
using System.Text.RegularExpressions;
using AuthGateway.Http;
using AuthGateway.Http.Headers;

namespace AuthGateway.SystemTests.Wire;

/// <summary>
/// A browser without a screen: keeps cookies per host by hand (Keycloak marks its own <c>Secure</c> on loopback http, where browsers keep
/// them and HttpClient does not), follows redirects, fills in forms.
/// </summary>
internal sealed partial class CookieBrowser : IDisposable
{
    private readonly Dictionary<string, Dictionary<string, string>> _cookies = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>The page shown now.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    public int Status { get; private set; }

    /// <summary>A redirect there is not followed: it is the address then.</summary>
    public Func<Uri, bool>? StopsBefore { get; init; }

    public string Body { get; private set; } = "";

    /// <summary>Every address on the way, redirects included.</summary>
    public List<Uri> Visited { get; } = [];

    public string CookieHeader(string host) =>
        string.Join("; ", _cookies.GetValueOrDefault(host, []).Select(cookie => $"{cookie.Key}={cookie.Value}"));

    public async Task GoAsync(Uri address) => await FollowAsync(new HttpRequestMessage(HttpMethod.Get, address));

    /// <summary>Sends the first form of the page with its hidden fields and the given ones.</summary>
    public async Task SubmitAsync(IReadOnlyDictionary<string, string> fields) => await SubmitAsync(Address, Body, fields);

    /// <summary>Sends the form of a page seen earlier: what a double click or the back button does.</summary>
    public async Task SubmitAsync(Uri page, string html, IReadOnlyDictionary<string, string> fields)
    {
        var form = Form().Match(html);
        Assert.True(form.Success, $"No form on {page} ({Status}):\n{html}");
        var all = HiddenField().Matches(html).ToDictionary(m => m.Groups[1].Value, m => WebUtility.HtmlDecode(m.Groups[2].Value));
        foreach (var (name, value) in fields)
            all[name] = value;
        var target = new Uri(page, WebUtility.HtmlDecode(form.Groups[1].Value));
        await FollowAsync(new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(all) });
    }

    /// <summary>Opens a protected page, expects Keycloak's form, fills it in.</summary>
    public async Task LogInAsync(Uri page, string username, string password)
    {
        await GoAsync(page);
        Assert.True(Body.Contains("kc-form-login", StringComparison.Ordinal), $"Not Keycloak's login page: {Status} {Address}\n{Body}");
        await SubmitAsync(new Dictionary<string, string> { ["username"] = username, ["password"] = password });
    }

    public void Dispose() => _http.Dispose();

    private async Task FollowAsync(HttpRequestMessage request)
    {
        for (var hops = 0; ; hops++)
        {
            Assert.True(hops < 20, $"Too many redirects:\n{string.Join('\n', Visited)}");
            using var answer = await SendAsync(request);
            if (answer.Headers.Location is not { } location || (int)answer.StatusCode is < 301 or > 308)
                return;
            var next = new Uri(Address, location);
            if (StopsBefore?.Invoke(next) == true)
            {
                Address = next;
                return;
            }

            request = new HttpRequestMessage(HttpMethod.Get, next);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        Address = request.RequestUri!;
        Visited.Add(Address);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "navigate");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "document");
        if (CookieHeader(Address.Host) is { Length: > 0 } cookies)
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        var answer = await _http.SendAsync(request);
        Status = (int)answer.StatusCode;
        Body = await answer.Content.ReadAsStringAsync();
        foreach (var line in answer.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
            Keep(line);
        return answer;
    }

    private void Keep(string setCookie)
    {
        var jar = _cookies.TryGetValue(Address.Host, out var known) ? known : _cookies[Address.Host] = [];
        var (pair, attributes) = (setCookie.Split(';')[0], setCookie);
        var name = pair.Split('=')[0];
        var expired = attributes.Contains("max-age=0", StringComparison.OrdinalIgnoreCase)
            || attributes.Contains("expires=Thu, 01", StringComparison.OrdinalIgnoreCase);
        if (expired)
            jar.Remove(name);
        else
            jar[name] = pair[(name.Length + 1)..];
    }

    [GeneratedRegex("<form[^>]*\\baction=\"([^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Form();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*name=\"([^\"]*)\"[^>]*value=\"([^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex HiddenField();
}
