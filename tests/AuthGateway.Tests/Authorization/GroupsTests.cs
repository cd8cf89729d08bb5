using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Tests.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthGateway.Tests.Authorization;

/// <summary><c>GROUPS_ALLOWLIST</c>.</summary>
public class GroupsTests
{
    [Theory]
    [InlineData("*", true)]
    [InlineData("other,*", true)]
    [InlineData("z,admins", true)]
    [InlineData("z,   admins  ", true)]
    [InlineData("adm*", true)]
    [InlineData("*mins", true)]
    [InlineData("a?mins", true)]
    [InlineData("/devs/*", true)]
    [InlineData("admin", false)]
    [InlineData("Admins", false)]
    [InlineData("ADM*", false)]
    [InlineData("dmins", false)]
    [InlineData("/devs", false)]
    [InlineData("/devs/*/x", false)]
    [InlineData("x*", false)]
    public async Task D31_entry_is_an_exact_name_or_a_glob(string list, bool passes)
    {
        var read = SettingsReader.Read(new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "c", ["CLIENT_SECRET"] = "s", ["GROUPS_ALLOWLIST"] = list }, []);
        Assert.True(read.Options is not null, string.Join('\n', read.Errors));
        var who = new AuthenticationResult.Authenticated(new AuthGateway.Access.Identity { UserId = "ann", RawUserId = "ann", Groups = ["admins", "/devs/web"] }, AuthenticationMethod.Header, null);
        var exchange = new DefaultHttpContext();
        exchange.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/";
        Assert.True(AccessRequest.TryRead(exchange.Features, AuthGateway.Http.EntryPoint.Inline, new ClientConnection(ListenerKind.Main, null), out var request));

        var refusal = await new GroupsAuthorizer(read.Options.Access, NullLogger<GroupsAuthorizer>.Instance).AuthorizeAsync(request, who);

        Assert.Equal(passes, refusal is null);
    }

    [Fact]
    public async Task Verify_ends_the_refused_session_too()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "x" });
        var cookie = "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var first = await rig.SendAsync("GET", "/authservice/verify/x", cookie);

        Assert.Equal(403, first.Status);
        Assert.Contains(first.SetCookies, line => line.StartsWith("authservice_session=;", StringComparison.Ordinal));
        Assert.Equal(401, (await rig.SendAsync("GET", "/authservice/verify/x", cookie)).Status);
    }

    [Fact]
    public async Task Only_the_refused_session_ends_not_one_that_came_along()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "admins" });
        var good = rig.SessionOf(await rig.LogInAsync());
        rig.Provider.User = ProviderUser.Bob with { Groups = ["others"] };
        var bad = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + good, "Authorization: Bearer " + bad);

        Assert.Equal(403, answer.Status);
        Assert.Empty(answer.SetCookies);
        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + good)).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Accept: application/json", "Authorization: Bearer " + bad)).Status);
    }

    [Theory]
    [InlineData(GatewayMode.InLine)]
    [InlineData(GatewayMode.ExtAuthz)]
    public async Task C55_outside_the_list_a_page_says_why_and_the_session_ends(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door, new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "x" });
        var session = rig.SessionOf(await rig.LogInWithoutUpstreamAsync());

        var first = await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + session);
        var second = await rig.SendAsync("GET", "/app", "Accept: text/html", "Cookie: authservice_session=" + session);

        Assert.Equal(403, first.Status);
        Assert.Contains("alice@example.test", first.Text, StringComparison.Ordinal);
        Assert.Contains("[staff,admins]", first.Text, StringComparison.Ordinal);
        Assert.Contains("/authservice/site/homepage", first.Text, StringComparison.Ordinal);
        Assert.True(Cookie.Parse(first.SetCookies.Single(line => line.StartsWith("authservice_session=", StringComparison.Ordinal))).IsExpired);
        Assert.Equal(302, second.Status);
        Assert.Empty(rig.Upstream.Requests);
    }

    [Fact]
    public async Task C56_inside_the_list_it_passes()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["GROUPS_ALLOWLIST"] = "z,admins" });

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + rig.SessionOf(await rig.LogInAsync()))).Status);
    }

    [Fact]
    public async Task D30_refused_token_ends_nobodys_session()
    {
        using var cluster = new FakeCluster();
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(cluster.Settings) { ["GROUPS_ALLOWLIST"] = "system:serviceaccounts:team-a" });

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + cluster.Token())).Status);
        var refused = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken());
        Assert.Equal(403, refused.Status);
        Assert.Empty(refused.SetCookies);
    }
}
