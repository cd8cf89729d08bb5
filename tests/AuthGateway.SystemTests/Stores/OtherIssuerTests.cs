using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// S3: production and development share a store, its prefix, the client and every secret, and have different issuers. A session of one is nothing at the
/// other, and the other can neither end nor list it.
/// </summary>
public sealed class OtherIssuerTests(GatewayBinary binary) : IAsyncLifetime
{
    private static readonly (string, string) Secret = ("SESSION_SECRET", new string('s', 40));
    private readonly EchoUpstream _upstream = new();
    private FakeProvider _production = null!;
    private FakeProvider _development = null!;

    public async ValueTask InitializeAsync()
    {
        _production = await FakeProvider.StartAsync();
        _development = await FakeProvider.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _production.DisposeAsync();
        await _development.DisposeAsync();
        _upstream.Dispose();
    }

    [Fact]
    public async Task S3_on_one_redis_server()
    {
        await using var redis = await RedisServer.StartAsync();
        (string, string)[] shared = [.. StoreGateway.OnRedis(redis.Address), Secret];
        await using var production = await StoreGateway.StartAsync(binary, _production, _upstream, shared);
        await using var development = await StoreGateway.StartAsync(binary, _development, _upstream, shared);
        var (ours, theirs) = (await StoreGateway.SessionAsync(production), await StoreGateway.SessionAsync(development));

        Assert.Equal((200, 401), (await StoreGateway.AskAsync(production, ours), await StoreGateway.AskAsync(development, ours)));
        Assert.Equal((401, 200), (await StoreGateway.AskAsync(production, theirs), await StoreGateway.AskAsync(development, theirs)));
        Assert.Equal(401, await StoreGateway.LogOutAsync(development, ours));

        // The same person, told by the other issuer that every login of hers is over.
        await NoticeAsync(development, _development);
        Assert.Equal((200, 401), (await StoreGateway.AskAsync(production, ours), await StoreGateway.AskAsync(development, theirs)));
        await NoticeAsync(production, _production);
        Assert.Equal(401, await StoreGateway.AskAsync(production, ours));
    }

    [Fact]
    public async Task S3_in_one_sqlite_file()
    {
        using var folder = new TempFolder("other-issuer");
        (string, string)[] shared = [Secret, ("SESSION_STORE_PATH", folder.File("data.db")), ("STORE_PATH", folder.File("data.db"))];
        string ours, theirs;
        await using (var production = await StoreGateway.StartAsync(binary, _production, _upstream, shared))
            ours = await StoreGateway.SessionAsync(production);

        await using (var development = await StoreGateway.StartAsync(binary, _development, _upstream, shared))
        {
            theirs = await StoreGateway.SessionAsync(development);
            Assert.Equal((401, 200), (await StoreGateway.AskAsync(development, ours), await StoreGateway.AskAsync(development, theirs)));
            Assert.Equal(401, await StoreGateway.LogOutAsync(development, ours));
            await NoticeAsync(development, _development);
            Assert.Equal(401, await StoreGateway.AskAsync(development, theirs));
        }

        await using var again = await StoreGateway.StartAsync(binary, _production, _upstream, shared);
        Assert.Equal((200, 401), (await StoreGateway.AskAsync(again, ours), await StoreGateway.AskAsync(again, theirs)));
    }

    /// <summary>A logout token for every login of the user.</summary>
    private static async Task NoticeAsync(GatewayProcess gateway, FakeProvider provider)
    {
        var body = "logout_token=" + Uri.EscapeDataString(LogoutTokens.Make(provider, sub: ProviderUser.Alice.Subject));
        var answer = await RawClient.OnceAsync(
            StoreGateway.LoopbackOf(gateway),
            $"POST {LogoutTokens.Target} HTTP/1.1\r\nHost: gateway.kubeflow.svc\r\nConnection: close\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.Equal(200, answer.Status);
    }
}
