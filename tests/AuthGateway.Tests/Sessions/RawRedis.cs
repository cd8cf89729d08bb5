using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;
using StackExchange.Redis;

namespace AuthGateway.Tests.Sessions;

internal sealed class RawRedis(string address, string prefix) : IRawStore
{
    private readonly ConnectionMultiplexer _connection = ConnectionMultiplexer.Connect(address);
    private readonly RedisKeys _keys = new(prefix);

    public byte[] Sealed(SessionHash hash) => (byte[])_connection.GetDatabase().HashGet(Key(hash), "sealed")!;

    public void SetSealed(SessionHash hash, byte[] bytes) => _connection.GetDatabase().HashSet(Key(hash), "sealed", bytes);

    public void CopyRow(SessionHash from, SessionHash to)
    {
        var fields = _connection.GetDatabase().HashGetAll(Key(from));
        Assert.NotEmpty(fields);
        _connection.GetDatabase().HashSet(Key(to), fields);
    }

    public void RewriteColumns(SessionHash hash)
    {
        var end = DateTimeOffset.UtcNow.AddYears(10).ToUnixTimeSeconds();
        var about = new RedisSessionColumns(end, "https://another.example.test", "sub-admin", "sid-admin", "admin@example.test", null, null, null).ToJson();
        _connection.GetDatabase().HashSet(Key(hash), [new("about", about), new("expires", end), new("used", end), new("issuer", "https://another.example.test")]);
        _connection.GetDatabase().KeyExpire(Key(hash), TimeSpan.FromDays(3650));
    }

    public void Dispose() => _connection.Dispose();

    private string Key(SessionHash hash) => _keys.Session(RedisKeys.Member(hash));
}
