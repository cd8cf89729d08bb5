using System.Text;

namespace AuthGateway.Tests.Authentication;

/// <summary><c>BASIC_AUTHN_ENABLED</c>: a session value as the password, for programs that know nothing else.</summary>
public class BasicCredentialTests
{
    private static readonly Dictionary<string, string> On = new() { ["BASIC_AUTHN_ENABLED"] = "true" };

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task Session_value_as_the_password_is_the_session_and_stays_here(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door, On);
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", "/repo/info/refs?service=git-upload-pack", "User-Agent: git/2.47.3", "Authorization: " + Basic("anything", session));

        Assert.Equal(200, answer.Status);
        if (door == GatewayMode.InLine)
        {
            Assert.Equal(["alice@example.test"], rig.Upstream.Last.All("kubeflow-userid"));
            Assert.Equal(["header"], rig.Upstream.Last.All("Auth-Method"));
            Assert.Empty(rig.Upstream.Last.All("Authorization"));
        }
        else
        {
            Assert.Equal(["alice@example.test"], answer.All("kubeflow-userid"));
            Assert.Contains("Authorization", answer.Header("x-envoy-auth-headers-to-remove")!.Split(','), StringComparer.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("git/2.47.3", "*/*")]
    [InlineData("skopeo/1.18.0", "*/*")]
    [InlineData("docker/28.0.1 go/go1.23", "")]
    [InlineData("rclone/v1.60.1", "*/*")]
    public async Task Program_without_a_session_is_asked_for_basic_first(string agent, string accept)
    {
        await using var rig = await GatewayRig.StartAsync(settings: On);

        var answer = await rig.SendAsync("GET", "/v2/", "User-Agent: " + agent, "Accept: " + accept);

        Assert.Equal(401, answer.Status);
        Assert.StartsWith("Basic realm=", answer.All("WWW-Authenticate")[0], StringComparison.Ordinal);
        Assert.Contains("Bearer", answer.All("WWW-Authenticate"));
    }

    [Fact]
    public async Task Dead_value_is_asked_for_again_and_opens_nothing()
    {
        await using var rig = await GatewayRig.StartAsync(settings: On);
        var session = rig.SessionOf(await rig.LogInAsync());
        await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0");

        var answer = await rig.SendAsync("GET", "/app", "User-Agent: curl/8.14.1", "Accept: */*", "Authorization: " + Basic("u", session));

        Assert.Equal(401, answer.Status);
        Assert.StartsWith("Basic", answer.All("WWW-Authenticate")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("User-Agent: Mozilla/5.0 (X11; Linux x86_64)", "Accept: text/html")]
    [InlineData("User-Agent: curl/8", "Sec-Fetch-Mode: navigate")]
    [InlineData("User-Agent: curl/8", "Sec-Fetch-Site: cross-site")]
    [InlineData("X-No-Name: at-all", "Accept: text/html")]
    public async Task Browser_is_neither_let_in_by_basic_nor_asked_for_it(string first, string second)
    {
        await using var rig = await GatewayRig.StartAsync(settings: On);
        var session = rig.SessionOf(await rig.LogInAsync());

        foreach (var method in new[] { "GET", "POST" })
        {
            var answer = await rig.SendAsync(method, "/app", first, second, "Content-Length: 0", "Authorization: " + Basic("u", session));
            Assert.NotEqual(200, answer.Status);
            Assert.DoesNotContain(answer.All("WWW-Authenticate"), line => line.StartsWith("Basic", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Nginx_hands_the_challenge_of_a_check_on()
    {
        await using var rig = await GatewayRig.StartAsync(settings: On);
        var session = rig.SessionOf(await rig.LogInAsync());

        var asked = await rig.SendAsync("GET", "/authservice/verify/repo.git/info/refs", "User-Agent: git/2.47.3");
        Assert.Equal(401, asked.Status);
        Assert.StartsWith("Basic realm=", asked.All("WWW-Authenticate")[0], StringComparison.Ordinal);
        Assert.Equal(204, (await rig.SendAsync("GET", "/authservice/verify/repo.git/info/refs", "User-Agent: git/2.47.3", "Authorization: " + Basic("u", session))).Status);
        Assert.Empty((await rig.SendAsync("GET", "/authservice/verify/app", "User-Agent: Mozilla/5.0")).All("WWW-Authenticate"));
    }

    [Fact]
    public async Task Off_by_default()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("GET", "/app", "User-Agent: git/2.47.3", "Accept: application/json", "Authorization: " + Basic("u", session));

        Assert.Equal(401, answer.Status);
        Assert.Equal(["Bearer"], answer.All("WWW-Authenticate"));
    }

    [Fact]
    public async Task Script_that_follows_redirects_still_reaches_the_provider()
    {
        await using var rig = await GatewayRig.StartAsync(settings: On);

        Assert.Equal(302, (await rig.SendAsync("GET", "/app", "User-Agent: python-requests/2.32", "Accept: */*")).Status);
        Assert.Equal(302, (await rig.SendAsync("GET", "/app", "User-Agent: Mozilla/5.0", "Accept: text/html")).Status);
    }

    /// <summary>Beside a live cookie, in every scheme and place of Authorization, with this session's value or another's.</summary>
    [Theory]
    [InlineData("Basic {u:V}")]
    [InlineData("Basic {V:x}")]
    [InlineData("Basic {V}")]
    [InlineData("basic   {u:V}")]
    [InlineData("Basic {u:V}=")]
    [InlineData("Basic {V:}")]
    [InlineData("Bearer V")]
    [InlineData("V")]
    [InlineData("Token V")]
    [InlineData("Digest username=\"V\", realm=\"x\"")]
    [InlineData("ApiKey id:V")]
    public async Task Session_value_reaches_no_application_in_any_scheme(string header)
    {
        await using var rig = await GatewayRig.StartAsync();
        var mine = rig.SessionOf(await rig.LogInAsync());
        var another = rig.SessionOf(await rig.LogInAsync(ProviderUser.Bob));
        foreach (var value in new[] { mine, another })
        {
            foreach (var isPadded in new[] { true, false })
            {
                var line = "Authorization: " + Fill(header, value, isPadded);
                Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + mine, line)).Status);
                Assert.Empty(rig.Upstream.Last.All("Authorization"));
                Assert.Equal(200, (await rig.SendAsync("GET", "/public/x", line)).Status);
                Assert.Empty(rig.Upstream.Last.All("Authorization"));
            }
        }
    }

    [Theory]
    [InlineData("X-Auth-Token")]
    [InlineData("Authorization")]
    public async Task Both_headers_are_named_to_envoy(string header)
    {
        await using var rig = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["AUTH_HEADER"] = "X-Auth-Token" });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session, $"{header}: {Basic("u", session)}");

        Assert.Equal(200, answer.Status);
        Assert.Contains(header, answer.Header("x-envoy-auth-headers-to-remove")!.Split(','), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Basic_credentials_of_the_application_pass()
    {
        await using var rig = await GatewayRig.StartAsync(settings: On);
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.SendAsync("GET", "/app", "User-Agent: git/2", "Cookie: authservice_session=" + session, "Authorization: " + Basic("ann", "pass-word:with colon"));

        Assert.Equal([Basic("ann", "pass-word:with colon")], rig.Upstream.Last.All("Authorization"));
    }

    private static string Fill(string header, string value, bool isPadded)
    {
        var start = header.IndexOf('{', StringComparison.Ordinal);
        if (start < 0)
        {
            return header.Replace("V", value, StringComparison.Ordinal);
        }

        var end = header.IndexOf('}', StringComparison.Ordinal);
        var coded = Convert.ToBase64String(Encoding.ASCII.GetBytes(header[(start + 1)..end].Replace("V", value, StringComparison.Ordinal)));
        return header[..start] + (isPadded ? coded : coded.TrimEnd('=')) + header[(end + 1)..];
    }

    private static string Basic(string user, string password) => "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{user}:{password}"));
}
