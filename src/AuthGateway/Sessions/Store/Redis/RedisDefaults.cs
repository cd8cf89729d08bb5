using AuthGateway.Configuration;
using AuthGateway.Limits;
using AuthGateway.Outgoing;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Defaults for options that the configuration string does not set: timeouts of 2 s, a reconnect
/// every 500 ms, and a password that is read again at each connect, so that a rotation needs no
/// restart.
/// </summary>
internal sealed class RedisDefaults(RedisOptions options) : DefaultOptionsProvider
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public override bool AbortOnConnectFail => false;

    public override TimeSpan? ConnectTimeout => Limit;

    public override TimeSpan SyncTimeout => Limit;

    public override TimeSpan KeepAliveInterval => TimeSpan.FromSeconds(5);

    public override TimeSpan ConfigCheckInterval => TimeSpan.FromSeconds(5);

    public override IReconnectRetryPolicy? ReconnectRetryPolicy { get; } = new LinearRetry(500);

    public override string? Password => options.Password.Current is [var password, ..] ? password : null;

    protected override string GetDefaultClientName() => "auth-gateway";

    /// <summary>Parses the configuration string and adds the defaults.</summary>
    public static ConfigurationOptions Build(RedisOptions redis, Connector connector)
    {
        var text = redis.Configuration.Current is [var first, ..] ? first : "";
        var options = ConfigurationOptions.Parse(text);
        options.Defaults = new RedisDefaults(redis);
        options.DefaultDatabase ??= redis.Database;
        options.Tunnel ??= new RedisAddresses(connector, Limit);
        options.CertificateValidation += new ServerTrust(redis.CaBundle).Accepts;

        return options;
    }
}
