using System.Net;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>Logs in as a browser does: follows redirects with a cookie jar until the application answers, or the check that stands for it allows.</summary>
internal static class BrowserLogin
{
    public const string SessionCookie = "authservice_session";

    /// <returns>The session's cookie as <c>name=value</c>.</returns>
    /// <exception cref="InvalidOperationException">The login did not end at the application with a session.</exception>
    public static async Task<string> RunAsync(Uri gateway)
    {
        var jar = new CookieContainer();
        using var handler = new SocketsHttpHandler { CookieContainer = jar, AllowAutoRedirect = true, UseProxy = false };
        using var browser = new HttpClient(handler);
        browser.DefaultRequestHeaders.Add("Accept", "text/html");

        using var answer = await browser.GetAsync(new Uri(gateway, "/who"));
        var body = await answer.Content.ReadAsStringAsync();
        var user = answer.Headers.TryGetValues("kubeflow-userid", out var allowed) ? string.Join(',', allowed) : body;
        if (answer.StatusCode != HttpStatusCode.OK || user != InstantProvider.User)
        {
            throw new InvalidOperationException($"The login ended with {(int)answer.StatusCode} at {answer.RequestMessage?.RequestUri}: {body}");
        }

        var cookie = jar.GetCookies(gateway)[SessionCookie] ?? throw new InvalidOperationException("The login left no session cookie.");
        return $"{cookie.Name}={cookie.Value}";
    }
}
