using System.Net;
using AuthGateway.Pipeline;
using AuthGateway.Quickstart;

namespace AuthGateway.Tests.Compatibility;

/// <summary>
/// A program of the old service's days, as docs/api-clients.md prints it: it follows redirects with <c>Accept: */*</c>, posts the provider's form to the
/// address where it ended, reads the cookie, and sends its value as a cookie or as a bearer token.
/// </summary>
public class ClientScriptTests
{
    [Fact]
    public async Task Old_client_script_logs_in_by_redirects_and_calls_with_the_cookies_value()
    {
        await using var quickstart = await RunningQuickstart.StartAsync(new QuickstartPorts(0, 0, 0), TestContext.Current.CancellationToken);
        var session = await LogInAsync(quickstart.PublicUrl, "ann", "ann-password");

        Assert.Equal(43, session.Length);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(quickstart.PublicUrl, "Cookie", "authservice_session=" + session));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(quickstart.PublicUrl, "Authorization", "Bearer " + session));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(quickstart.PublicUrl, "Authorization", session));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(quickstart.PublicUrl, "Authorization", "Bearer " + session[..^1] + "_"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(quickstart.PublicUrl, "Cookie", "authservice_session=dead"));
    }

    [Fact]
    public async Task Wrong_password_gives_the_script_no_cookie()
    {
        await using var quickstart = await RunningQuickstart.StartAsync(new QuickstartPorts(0, 0, 0), TestContext.Current.CancellationToken);

        Assert.Empty(await LogInAsync(quickstart.PublicUrl, "ann", "wrong"));
    }

    /// <summary>The script's own lines: <c>r = s.get(HOST)</c>, <c>s.post(r.url, data=…)</c>, <c>s.cookies["authservice_session"]</c>.</summary>
    private static async Task<string> LogInAsync(Uri host, string login, string password)
    {
        var jar = new CookieContainer();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = jar, AllowAutoRedirect = true });
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "python-requests/2.33");
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "*/*");
        using var form = await http.GetAsync(host, TestContext.Current.CancellationToken);
        using var fields = new FormUrlEncodedContent([new("login", login), new("password", password)]);
        using var end = await http.PostAsync(form.RequestMessage!.RequestUri, fields, TestContext.Current.CancellationToken);
        return jar.GetCookies(host)["authservice_session"]?.Value ?? "";
    }

    /// <summary>As the KFP SDK asks: <c>Accept: application/json</c>, no redirect followed.</summary>
    private static async Task<HttpStatusCode> StatusAsync(Uri host, string header, string value)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host, "/pipeline/apis/v2beta1/healthz"));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
