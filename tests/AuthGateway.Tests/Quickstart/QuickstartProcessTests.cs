using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Quickstart;

/// <summary>What a newcomer starts.</summary>
public sealed class QuickstartProcessTests
{
    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task A_login_reaches_the_app_with_one_identity_and_a_signal_ends_it(PosixSignal signal)
    {
        using var quickstart = QuickstartChild.Start("--port 0 --provider-port 0");
        var address = await quickstart.ReadyAsync();
        var headers = await LogInAsync(address + "/headers?first=page");
        quickstart.Signal(signal);

        Assert.Single(Regex.Matches(headers, "kubeflow-userid", RegexOptions.IgnoreCase));
        Assert.Contains("""["kubeflow-userid","ann@example.com"]""", headers, StringComparison.Ordinal);
        Assert.Equal(0, await quickstart.ExitAsync(seconds: 5));
        Assert.Contains("zoë / zoe-password", quickstart.Output, StringComparison.Ordinal);
        using var free = new TcpListener(IPAddress.Loopback, new Uri(address).Port);
        free.Start();
    }

    /// <summary>What README.md invites to: end a login at the provider, watch the application's socket close.</summary>
    [Fact]
    public async Task Login_ended_at_the_provider_closes_the_apps_socket_and_the_session()
    {
        using var quickstart = QuickstartChild.Start("--port 0 --provider-port 0");
        var address = await quickstart.ReadyAsync();
        var provider = Regex.Match(quickstart.Output, "OpenID Provider +(\\S+)/").Groups[1].Value;
        var browser = new Browser(new Dictionary<string, Uri>());
        await LogInAsync(browser, address + "/socket");
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", "authservice_session=" + browser.CookiesOf("localhost")["authservice_session"]);
        await socket.ConnectAsync(new Uri(address.Replace("http:", "ws:", StringComparison.Ordinal) + "/ws"), TestContext.Current.CancellationToken);
        var receiving = socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken);

        var sessions = await browser.GetAsync(provider + "/sessions");
        var subject = Regex.Match(sessions.Text, "name=\"subject\" value=\"([^\"]*)\"").Groups[1].Value;
        var foreign = await EndAsync(browser, provider, subject, "http://evil.example.test");
        Assert.False(receiving.IsCompleted);
        var ended = await EndAsync(browser, provider, subject, provider);
        var closed = await receiving.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Contains("ann", sessions.Text, StringComparison.Ordinal);
        Assert.Equal((403, 302), (foreign.Status, ended.Status));
        Assert.Equal(WebSocketMessageType.Close, closed.MessageType);
        Assert.Equal(401, (await browser.FetchAsync(address + "/headers")).Status);
        Assert.Contains("Nobody is logged in.", (await browser.GetAsync(provider + "/sessions")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "--provider-port 0")]
    [InlineData("--provider-port", "--port 0")]
    [InlineData("--app-port", "--port 0 --provider-port 0")]
    public async Task A_port_in_use_is_one_line_and_exit_code_2(string option, string others)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var quickstart = QuickstartChild.Start($"{option} {port} {others}");

        Assert.Equal(2, await quickstart.ExitAsync(seconds: 60));
        Assert.Contains($"error: port {port} is in use; choose another with {option} PORT", quickstart.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", quickstart.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_explains_the_ports()
    {
        using var quickstart = QuickstartChild.Start("--help");

        Assert.Equal(0, await quickstart.ExitAsync(seconds: 30));
        Assert.All(["--port", "--provider-port", "--app-port", "8989", "8988"], text => Assert.Contains(text, quickstart.Output, StringComparison.Ordinal));
    }

    private static Task<RawResponse> EndAsync(Browser browser, string provider, string subject, string origin) => browser.SendAsync(
        "POST", provider + "/sessions",
        [.. browser.NavigationHeaders, new("Content-Type", "application/x-www-form-urlencoded"), new("Origin", origin)],
        "subject=" + Uri.EscapeDataString(subject));

    private static Task<string> LogInAsync(string url) => LogInAsync(new Browser(new Dictionary<string, Uri>()), url);

    private static async Task<string> LogInAsync(Browser browser, string url)
    {
        var (form, formUrl) = await browser.VisitAsync(url);
        var returnUrl = WebUtility.HtmlDecode(Regex.Match(form.Text, "name=\"return_url\" value=\"([^\"]*)\"").Groups[1].Value);
        var login = await browser.SendAsync(
            "POST", Browser.Resolve(formUrl, "/login"),
            [.. browser.NavigationHeaders, new("Content-Type", "application/x-www-form-urlencoded")],
            $"return_url={Uri.EscapeDataString(returnUrl)}&username=ann&password=ann-password");
        var (page, pageUrl) = await browser.VisitAsync(Browser.Resolve(formUrl, login.Location!));
        Assert.Equal(url, pageUrl);
        return page.Text;
    }
}
