using System.Text.Json.Nodes;
using AuthGateway.Authentication.Bearer;

namespace AuthGateway.Tests.Authentication;

/// <summary>What is cheap to send is cheap to refuse: size, dots and members of a JWT, a long Cookie line, many parameters.</summary>
public class CheapRefusalTests
{
    [Fact]
    public void Jwt_with_too_many_members_dots_or_characters_is_none()
    {
        Assert.Null(UnverifiedJwt.TryRead(Token(3200)));
        Assert.Null(UnverifiedJwt.TryRead(new string('.', 60_000)));
        Assert.Null(UnverifiedJwt.TryRead(Token(1) + "."));
        Assert.Null(UnverifiedJwt.TryRead(Token(1, new string('x', 40_000))));
        Assert.NotNull(UnverifiedJwt.TryRead(Token(900)));
    }

    [Fact]
    public async Task Token_with_3200_claims_is_401_and_is_not_read_again()
    {
        await using var rig = await GatewayRig.StartAsync();
        var keys = rig.Provider.Count("jwks");
        var token = rig.Provider.IdToken(claims =>
        {
            for (var i = 0; i < 3200; i++)
            {
                claims["c" + i] = i;
            }
        });

        var answer = await rig.SendAsync("GET", "/app", "Accept: application/json", "Authorization: Bearer " + token);

        Assert.Equal(401, answer.Status);
        Assert.Equal(keys, rig.Provider.Count("jwks"));
    }

    [Fact]
    public async Task Login_and_callback_take_at_most_100_parameters()
    {
        await using var rig = await GatewayRig.StartAsync();
        string Many(int count) => string.Join('&', Enumerable.Range(0, count).Select(i => "p" + i));

        Assert.Equal(400, (await rig.SendAsync("GET", "/authservice/login?" + Many(101))).Status);
        Assert.Equal(302, (await rig.SendAsync("GET", "/authservice/login?return_url=%2Fapp&" + Many(98))).Status);
        Assert.Equal(400, (await rig.SendAsync("GET", "/authservice/oidc/callback?" + Many(5000))).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/authservice/verify/app?" + Many(5000), "Accept: application/json")).Status);
    }

    [Fact]
    public async Task Cookie_line_of_12000_pairs_carries_no_session_and_our_cookies_still_do_not_go_upstream()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var junk = string.Join(';', Enumerable.Repeat("a=1", 12_000));

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Accept: application/json", $"Cookie: {junk}; authservice_session={session}")).Status);
        Assert.Equal(200, (await rig.SendAsync("GET", "/public/x", $"Cookie: {junk}; authservice_session={session}")).Status);
        Assert.DoesNotContain(session, string.Concat(rig.Upstream.Last.All("Cookie")), StringComparison.Ordinal);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Accept: application/json", $"Cookie: {string.Join("; ", Enumerable.Range(0, 900).Select(i => "a=1"))}; authservice_session={session}")).Status);
    }

    /// <summary>Many lines cost as much as a long one; two lines that a proxy made of one are read.</summary>
    [Theory]
    [InlineData(13, 923, 401)]
    [InlineData(100, 10, 401)]
    [InlineData(2, 400, 200)]
    public async Task Cookie_pairs_count_over_all_lines(int count, int pairs, int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var lines = Enumerable.Repeat("Cookie: " + string.Join(';', Enumerable.Repeat("a=1", pairs)), count).Append("Cookie: authservice_session=" + session);

        Assert.Equal(status, (await rig.SendAsync("GET", "/app", [.. lines, "Accept: application/json"])).Status);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(12_000, false)]
    public void Jwt_items_of_arrays_count_too(int items, bool isRead)
    {
        var claims = new JsonObject { ["sub"] = "a", ["zeros"] = new JsonArray([.. Enumerable.Range(0, items).Select(_ => (JsonNode)0)]) };

        Assert.Equal(isRead, UnverifiedJwt.TryRead(Jwt.Unsigned(new JsonObject { ["alg"] = "RS256" }, claims) + "AA") is not null);
    }

    [Theory]
    [InlineData("authservice_session=\"{0}\"", 200)]
    [InlineData("a=1; authservice_session=\"{0}\"; b=2", 200)]
    [InlineData("authservice_session=\"\"{0}\"\"", 401)]
    [InlineData("authservice_session=\"{0}", 401)]
    [InlineData("authservice_session='{0}'", 401)]
    public async Task Value_in_one_pair_of_quotes_is_the_value(string cookie, int status)
    {
        await using var envoy = await GatewayRig.StartAsync(GatewayMode.ExtAuthz);
        Assert.Equal(status, (await envoy.SendAsync("GET", "/app", "Accept: application/json", "Cookie: " + cookie.Replace("{0}", envoy.SessionOf(await envoy.LogInAsync()), StringComparison.Ordinal))).Status);

        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        using var client = await RawClient.ConnectAsync(rig.Address);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync($"GET /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nAccept: application/json\r\nCookie: {cookie.Replace("{0}", session, StringComparison.Ordinal)}\r\n\r\n");
            var answer = (await client.ReadAsync())!;
            Assert.Equal(status, answer.Status);
            Assert.Empty(answer.SetCookies);
        }

        Assert.DoesNotContain(rig.Upstream.Requests.ToList(), request => string.Concat(request.AllFolded("cookie")).Contains(session, StringComparison.Ordinal));
    }

    private static string Token(int members, string more = "")
    {
        var claims = new JsonObject { ["more"] = more };
        for (var i = 0; i < members; i++)
        {
            claims["c" + i] = i;
        }

        return Jwt.Unsigned(new JsonObject { ["alg"] = "RS256" }, claims) + "AA";
    }
}
