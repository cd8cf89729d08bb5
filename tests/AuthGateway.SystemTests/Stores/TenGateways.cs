using AuthGateway.SystemTests.Parts;
using AuthGateway.Tests.Rig;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Ten gateway processes on one redis-server; the way of the first one to Redis can be cut.</summary>
public sealed class TenGateways(GatewayBinary binary) : IAsyncLifetime
{
    private readonly EchoUpstream _upstream = new();
    private RedisServer _redis = null!;

    internal FakeProvider Provider { get; private set; } = null!;

    internal List<GatewayProcess> All { get; } = [];

    /// <summary>Between the first gateway and Redis.</summary>
    internal StoreLine Line { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await FakeProvider.StartAsync();
        _redis = await RedisServer.StartAsync();
        Line = new StoreLine(_redis.Port);
        try
        {
            while (All.Count < 10)
                All.Add(await StoreGateway.StartAsync(
                    binary, Provider, _upstream,
                    [.. StoreGateway.OnRedis(All.Count == 0 ? Line.Address : _redis.Address), ("SESSION_REFRESH_MIN_INTERVAL", "1s"), ("PROVIDER_OUTAGE_GRACE", "30")]));
        }
        catch
        {
            // Nobody disposes of what did not begin.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in All)
            await gateway.DisposeAsync();
        Line.Dispose();
        await _redis.DisposeAsync();
        await Provider.DisposeAsync();
        _upstream.Dispose();
    }
}
