using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.BackChannel;

/// <summary>The request around the logout token, and a store in trouble.</summary>
public class BackChannelRequestTests
{
    [Theory]
    [InlineData(GatewayMode.ExtAuthz)]
    [InlineData(GatewayMode.InLine)]
    public async Task Bodyless_one_is_told_where_the_provider_must_send_it(GatewayMode door)
    {
        await using var rig = await GatewayRig.StartAsync(door);

        var answer = await rig.SendAsync("POST", LogoutTokens.Target, "Content-Type: application/x-www-form-urlencoded", "Content-Length: 0");
        var silent = await rig.SendAsync("POST", LogoutTokens.Target, "Content-Type: application/x-www-form-urlencoded");

        Assert.Equal((400, 400), (answer.Status, silent.Status));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.All([answer, silent], one => Assert.Contains("Service", (string?)one.Json["error_description"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("application/json", "{\"logout_token\":\"TOKEN\"}")]
    [InlineData("text/plain", "logout_token=TOKEN")]
    [InlineData("application/x-www-form-urlencoded", "logout_token=garbage&logout_token=TOKEN")]
    [InlineData("application/x-www-form-urlencoded", "id_token=TOKEN")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"logout_token\"\r\n\r\nTOKEN\r\n--b--\r\n")]
    public async Task Form_holds_exactly_one_token(string contentType, string body)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        var answer = await rig.SendFormAsync(body.Replace("TOKEN", LogoutTokens.Make(rig.Provider, sid: "sid-1"), StringComparison.Ordinal), contentType);

        Assert.Equal(400, answer.Status);
        Assert.Equal(200, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task Get_ends_nothing()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        var answer = await rig.SendAsync("GET", $"{LogoutTokens.Target}?logout_token={LogoutTokens.Make(rig.Provider, sid: "sid-1")}");

        Assert.Equal((405, "POST"), (answer.Status, answer.Header("Allow")));
        Assert.Equal(200, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task Token_in_the_query_of_a_post_counts_for_nothing()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        var answer = await rig.SendAsync("POST", $"{LogoutTokens.Target}?logout_token={LogoutTokens.Make(rig.Provider, sid: "sid-1")}", "Content-Length: 0");

        Assert.Equal(400, answer.Status);
        Assert.Equal(200, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task Body_is_bounded_whether_its_length_is_told_or_not()
    {
        await using var rig = await GatewayRig.StartAsync();
        var large = "logout_token=" + new string('a', 100_000);

        var told = await rig.SendFormAsync(large);
        var chunked = await RawClient.OnceAsync(
            rig.Address,
            $"POST {LogoutTokens.Target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{large.Length:x}\r\n{large}\r\n0\r\n\r\n");

        Assert.Equal((413, 413), (told.Status, chunked.Status));
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("unicode-1-1-utf-7")]
    [InlineData("utf-16")]
    public async Task Form_in_another_encoding_is_refused(string charset)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendFormAsync("logout_token=" + LogoutTokens.Make(rig.Provider, sub: "sub-alice"), "application/x-www-form-urlencoded; charset=" + charset);

        Assert.Equal(400, answer.Status);
        Assert.Equal(200, (await rig.SendFormAsync("logout_token=" + LogoutTokens.Make(rig.Provider, sub: "sub-alice"), "application/x-www-form-urlencoded; charset=UTF-8")).Status);
    }

    [Fact]
    public async Task Session_is_dead_at_once_while_the_store_is_slow_and_stays_dead_when_it_is_back()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        using var connection = new SqliteConnection($"Data Source={rig.StorePath};Pooling=False");
        connection.Open();
        StoreFile.Execute(connection, "BEGIN IMMEDIATE");

        var answering = rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, sid: "sid-1"));
        await Deadline.UntilAsync(async () => await rig.StatusAsync(session) != 200, "the session is dead while nobody can write");
        Assert.Equal(1, rig.StoredRows());
        var answer = await answering;
        StoreFile.Execute(connection, "ROLLBACK");

        Assert.Equal(400, answer.Status);
        await Deadline.UntilAsync(() => rig.StoredRows() == 0, "the row goes as soon as the store is back");
        await rig.RestartAsync();
        Assert.Equal(401, await rig.StatusAsync(session));
    }
}
