using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Tests.Authentication;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AuthGateway.Tests.Authorization;

/// <summary><c>EXTERNAL_AUTHZ_URL</c>: what it is asked, and that nothing but its yes lets anybody in.</summary>
public sealed class ExternalAuthorizerTests : IDisposable
{
    private readonly WireMockServer _authorizer = WireMockServer.Start();

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task C57_authorizer_is_asked_with_the_old_body_and_grants(GatewayMode door)
    {
        Answer(200);
        await using var rig = await StartAsync(door, new Dictionary<string, string> { ["USERID_PREFIX"] = "u:", ["PUBLIC_URL"] = "https://h:8443" });
        var session = rig.SessionOf(await rig.LogInAsync());

        var answer = await rig.SendAsync("GET", "/p%20x?q", "Cookie: authservice_session=" + session);

        Assert.Equal(200, answer.Status);
        var body = Asked();
        Assert.Equal(("alice@example.test", "u:alice@example.test", ""), (Text(body, "user", "name"), Text(body, "user", "userid"), Text(body, "user", "id")));
        Assert.Equal("""["staff","admins"]""", body["user"]!["groups"]!.ToJsonString());
        Assert.Equal("""{"auth-method":["cookie"]}""", body["user"]!["extra"]!.ToJsonString());
        Assert.True(body["user"]!.AsObject().ContainsKey("claims"));
        Assert.Null(body["user"]!["claims"]);
        Assert.Equal(("h", 8443, "/p x", "/p%20x", "GET"), (Text(body, "request", "host"), body["request"]!["port"]!.GetValue<int>(), Text(body, "request", "path"), Text(body, "request", "raw_path"), Text(body, "request", "method")));
        Assert.True(DateTimeOffset.TryParseExact(body["timestamp"]!.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        Assert.Equal("application/json", _authorizer.LogEntries[^1].RequestMessage!.Headers!["Content-Type"].Single());
    }

    [Fact]
    public async Task D30_claims_are_those_of_the_token_that_was_proven_never_of_one_that_came_along()
    {
        Answer(200);
        await using var rig = await StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var forged = Jwt.Unsigned(new JsonObject { ["alg"] = "none" }, new JsonObject { ["role"] = "admin" }) + "AA";

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + forged, "Cookie: authservice_session=" + session)).Status);
        Assert.Null(Asked()["user"]!["claims"]);

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => claims["role"] = "auditor"))).Status);
        Assert.Equal("auditor", Asked()["user"]!["claims"]!["role"]!.GetValue<string>());
        Assert.Equal("""{"auth-method":["header"]}""", Asked()["user"]!["extra"]!.ToJsonString());
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task C58_refusal_shows_the_answers_body_as_the_reason(GatewayMode door)
    {
        Answer(403, "no: <b>because</b>");
        await using var rig = await StartAsync(door);
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + session);

        Assert.Equal(403, answer.Status);
        Assert.Contains("no: &lt;b&gt;because", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>because", answer.Text, StringComparison.Ordinal);
        Assert.Empty(rig.Upstream.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(0)]
    public async Task C58_anything_but_a_yes_refuses_and_keeps_the_session(int status)
    {
        Answer(status == 0 ? 200 : status);
        await using var rig = await StartAsync();
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
        if (status == 0)
        {
            _authorizer.Stop();
        }

        var answer = await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session);

        Assert.Equal(403, answer.Status);
        Assert.Empty(answer.SetCookies);
        Assert.DoesNotContain(rig.Upstream.Requests, request => request.Target == "/app");
        Assert.Equal(200, (await rig.SendAsync("GET", "/authservice/userinfo", "Cookie: authservice_session=" + session)).Status);
    }

    [Fact]
    public async Task Path_with_dot_segments_is_refused_without_a_question()
    {
        Answer(200);
        await using var rig = await StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var before = _authorizer.LogEntries.Count;

        Assert.Equal(403, (await rig.SendAsync("GET", "/open/%2e%2e/secret", "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(403, (await rig.SendAsync("GET", "/open/..%2fsecret", "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(before, _authorizer.LogEntries.Count);
    }

    [Theory]
    [InlineData("/admin;x=1")]
    [InlineData("//admin")]
    [InlineData("/%2fadmin")]
    [InlineData("/open/%5cadmin")]
    [InlineData("/open//admin")]
    [InlineData("/open/100%25")]
    public async Task Path_that_reads_in_two_ways_is_refused_without_a_question(string target)
    {
        Answer(200);
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await StartAsync(door);
            var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());
            var before = _authorizer.LogEntries.Count;

            var answer = await rig.SendAsync("GET", target, "Cookie: authservice_session=" + session);

            Assert.Equal(403, answer.Status);
            Assert.Contains("can be read in two ways", answer.Text, StringComparison.Ordinal);
            Assert.Equal(before, _authorizer.LogEntries.Count);
            Assert.Equal(200, (await rig.SendAsync("GET", "/admin%20page", "Cookie: authservice_session=" + session)).Status);
        }
    }

    [Fact]
    public async Task Public_paths_and_strangers_are_not_its_business()
    {
        Answer(403);
        await using var rig = await StartAsync();

        Assert.Equal(200, (await rig.SendAsync("GET", "/public/x")).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Accept: application/json")).Status);
        Assert.Empty(_authorizer.LogEntries);
    }

    [Fact]
    public async Task D30_user_and_password_of_the_address_are_sent_as_basic_credentials_and_never_logged()
    {
        Answer(200);
        await using var rig = await StartAsync(address: new Uri(_authorizer.Url!.Replace("://", "://gw:s%40cret@", StringComparison.Ordinal)));

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken())).Status);

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("gw:s@cret")), _authorizer.LogEntries[^1].RequestMessage!.Headers!["Authorization"].Single());
        Assert.DoesNotContain("cret", rig.Log.Text, StringComparison.Ordinal);
    }

    public void Dispose() => _authorizer.Dispose();

    private async Task<GatewayRig> StartAsync(GatewayMode door = GatewayMode.InLine, Dictionary<string, string>? more = null, Uri? address = null)
    {
        // The first answer of a process is compiled while it is awaited; on a busy machine that alone may take the gateway's five seconds.
        using var client = new HttpClient();
        using var warm = await client.PostAsync(new Uri(_authorizer.Url + "/check"), null);
        _authorizer.ResetLogEntries();
        return await GatewayRig.StartAsync(door, new Dictionary<string, string>(more ?? []) { ["EXTERNAL_AUTHZ_URL"] = (address?.OriginalString ?? _authorizer.Url) + "/check" });
    }

    private void Answer(int status, string body = "") =>
        _authorizer.Given(Request.Create().WithPath("/check").UsingPost()).RespondWith(Response.Create().WithStatusCode(status).WithHeader("Location", "/elsewhere").WithBody(body));

    private JsonNode Asked() => JsonNode.Parse(_authorizer.LogEntries[^1].RequestMessage!.Body!)!;

    private static string? Text(JsonNode body, string part, string name) => body[part]![name]!.GetValue<string>();
}
