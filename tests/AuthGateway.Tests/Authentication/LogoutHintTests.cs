using System.Web;

namespace AuthGateway.Tests.Authentication;

/// <summary>The <c>id_token_hint</c> of our own logout address stays in histories and logs: it is no bearer credential.</summary>
public class LogoutHintTests
{
    [Fact]
    public async Task Hint_of_a_logout_is_refused_as_a_bearer_also_after_a_restart()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var hint = await LogOutAsync(rig, session);

        var refused = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + hint);
        Assert.Equal(401, refused.Status);
        Assert.Contains("belongs to a login in a browser", refused.Text, StringComparison.Ordinal);

        await rig.RestartAsync();
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + hint)).Status);
    }

    [Fact]
    public async Task Token_of_a_login_is_refused_before_the_logout_and_after_a_back_channel_logout()
    {
        await using var rig = await GatewayRig.StartAsync();
        string? token = null;
        rig.Provider.SignIdToken = (header, claims) => token = Jwt.SignRs256(header, claims, rig.Provider.Key);
        var session = rig.SessionOf(await rig.LogInAsync());
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);

        var ended = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, Jwt.ClaimsOf(token!)["sid"]!.GetValue<string>()));

        Assert.Equal(200, ended.Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status);
    }

    [Fact]
    public async Task Refreshed_token_without_a_nonce_that_was_the_hint_is_refused_too()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditIdToken = (_, claims) =>
        {
            if (rig.Provider.Refreshes > 0)
            {
                claims.Remove("nonce");
            }
        };
        rig.Provider.Refresh = new RefreshRules { AccessSeconds = 1 };
        await rig.RestartAsync(settings => settings["SESSION_REFRESH_MIN_INTERVAL"] = "1s");
        var session = rig.SessionOf(await rig.LogInAsync());
        await Deadline.UntilAsync(async () =>
        {
            await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session);
            return rig.Provider.Refreshes > 0;
        }, "a refresh");

        var hint = await LogOutAsync(rig, session);

        Assert.Equal(401, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + hint)).Status);
    }

    [Fact]
    public async Task Token_of_another_program_of_the_same_client_is_a_credential_with_its_nonce()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.SessionOf(await rig.LogInAsync());

        foreach (var nonce in new[] { "n-0S6_WzA2Mj", "with.a.dot", "." })
        {
            Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.IdToken(claims => claims["nonce"] = nonce))).Status);
        }
    }

    private static async Task<string> LogOutAsync(GatewayRig rig, string session)
    {
        var answer = await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0");
        Assert.Equal(201, answer.Status);
        return HttpUtility.ParseQueryString(new Uri(answer.Json["afterLogoutURL"]!.GetValue<string>()).Query)["id_token_hint"]!;
    }
}
