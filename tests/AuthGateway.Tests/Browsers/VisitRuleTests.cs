namespace AuthGateway.Tests.Browsers;

/// <summary>Visits that look like calls, and calls that look like visits: web views, prefetches, and visits that a service worker passes on.</summary>
public class VisitRuleTests
{
    private const string Visit = "Accept: text/html|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document|";
    private const string PassedOn = "Accept: text/html|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: empty|Sec-Fetch-Site: ";

    [Theory]
    [InlineData(Visit + "X-Requested-With: com.example.app", 302)]
    [InlineData(Visit + "X-Requested-With: XMLHttpRequest", 302)]
    [InlineData("Accept: text/html|X-Requested-With: com.example.app", 302)]
    [InlineData("Accept: text/html|X-Requested-With: XMLHttpRequest", 401)]
    [InlineData("Accept: text/html|X-Requested-With: xmlhttprequest", 401)]
    [InlineData("Accept: text/html|X-Requested-With: ", 302)]
    [InlineData(Visit + "Sec-Purpose: prefetch", 401)]
    [InlineData(Visit + "Sec-Purpose: Prefetch;prerender", 401)]
    [InlineData(Visit + "Purpose: Prefetch", 401)]
    [InlineData(Visit + "X-Moz: prefetch", 401)]
    [InlineData(Visit + "X-Moz: Prefetch", 401)]
    [InlineData(Visit + "X-Purpose: preview", 401)]
    [InlineData(Visit + "X-Purpose: Preview", 401)]
    [InlineData(PassedOn + "none", 302)]
    public async Task Visit_is_told_from_a_call_at_every_entry_point(string lines, int status)
    {
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });

            Assert.Equal(status, (await rig.SendAsync("GET", "/app", lines.Split('|'))).Status);
            if (lines.Contains("urpose", StringComparison.Ordinal))
            {
                Assert.Equal(401, (await rig.SendAsync("GET", "/authservice/login", lines.Split('|'))).Status);
            }

            if (door == GatewayMode.InLine)
            {
                string[] asked = [.. lines.Split('|'), "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: gw.example.test", "X-Forwarded-Uri: /app"];
                Assert.Equal(status, (await rig.SendAsync("GET", "/authservice/forward-auth", asked)).Status);
            }
        }
    }

    [Fact]
    public async Task Login_ends_where_a_service_worker_passes_every_visit_on()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();
        browser.NavigationHeaders = [new("Accept", "text/html"), new("Sec-Fetch-Mode", "navigate"), new("Sec-Fetch-Dest", "empty"), new("Sec-Fetch-Site", "cross-site")];

        var (answer, _) = await browser.VisitAsync(rig.PublicUrl + "/app");
        Assert.Equal(200, answer.Status);

        browser.NavigationHeaders = [.. browser.NavigationHeaders.SkipLast(1), new("Sec-Fetch-Site", "same-origin")];
        var logout = await browser.GetAsync(rig.PublicUrl + "/authservice/logout");
        var sessions = await browser.GetAsync(rig.PublicUrl + "/authservice/");
        Assert.Equal((200, 200), (logout.Status, sessions.Status));
        Assert.Contains("<form method=\"post\"", logout.Text, StringComparison.Ordinal);
        Assert.Contains("alice@example.test", sessions.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cors")]
    [InlineData("same-origin")]
    [InlineData("no-cors")]
    public async Task Script_reads_no_page_with_proofs_and_ends_no_login(string mode)
    {
        await using var rig = await GatewayRig.StartAsync();
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync());
        string[] lines = ["Accept: text/html", "Sec-Fetch-Mode: " + mode, "Sec-Fetch-Dest: empty", "Sec-Fetch-Site: same-origin", cookie];

        Assert.Equal(403, (await rig.SendAsync("GET", "/authservice/logout", lines)).Status);
        Assert.Equal(403, (await rig.SendAsync("GET", "/authservice/", lines)).Status);
        Assert.Equal(403, (await rig.SendAsync("GET", "/authservice/oidc/callback?code=a&state=b", lines)).Status);
    }

    [Theory]
    [InlineData("GET", "/app?x=1", "return_url=%2Fapp%3Fx%3D1")]
    [InlineData("GET", "/authservice/login", "return_url=%2F")]
    public async Task What_a_worker_asks_for_anew_gets_a_page_with_a_link(string method, string target, string link)
    {
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door);
            string[] asked = ["Sec-Fetch-Mode: same-origin", "Sec-Fetch-Dest: empty", "Sec-Fetch-Site: same-origin"];

            var page = await rig.SendAsync(method, target, [.. asked, "Accept: text/html,*/*;q=0.8"]);
            var json = await rig.SendAsync(method, target, [.. asked, "Accept: application/json"]);

            Assert.Equal((401, "login_required"), (page.Status, page.ErrorCode));
            Assert.StartsWith("text/html", page.Header("Content-Type"), StringComparison.Ordinal);
            Assert.Contains(link, page.Text, StringComparison.Ordinal);
            Assert.Equal((401, "login_required"), (json.Status, (string?)json.Json["error"]));
        }
    }

    [Fact]
    public async Task Form_that_was_sent_without_a_session_gets_a_page_and_a_script_its_json()
    {
        await using var rig = await GatewayRig.StartAsync();
        const string Form = "Content-Type: application/x-www-form-urlencoded";

        var person = await rig.SendAsync("POST", "/app/save", Form, "Accept: text/html", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Referer: https://gw.example.test/app/edit", "Content-Length: 0");
        var script = await rig.SendAsync("POST", "/app/save", Form, "Accept: text/html", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", "Content-Length: 0");

        Assert.Equal((401, "login_required"), (person.Status, person.ErrorCode));
        Assert.Contains("return_url=%2Fapp%2Fedit", person.Text, StringComparison.Ordinal);
        Assert.Equal("login_required", (string?)script.Json["error"]);
    }
}
