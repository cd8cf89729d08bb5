using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// The connection to Redis of this process, opened on demand and again after a failed attempt. The
/// client library reconnects an open one.
/// </summary>
internal sealed class RedisConnection(RedisOptions redis, TimeProvider time, Connector connector) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _attempt;
    private long _startedAt;

    public RedisKeys Keys { get; } = new(redis.Prefix);

    public ConfigurationOptions Options { get; private set; } = RedisDefaults.Build(redis, connector);

    /// <summary>
    /// Returns the connection, which may be down at the moment. All callers share one attempt.
    /// </summary>
    public Task<ConnectionMultiplexer> OpenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_attempt is null || (_attempt.IsFaulted && time.GetElapsedTime(_startedAt) >= Pause))
            {
                _startedAt = time.GetTimestamp();
                Options = RedisDefaults.Build(redis, connector);
                _attempt = ConnectionMultiplexer.ConnectAsync(Options);
            }

            return _attempt.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Opens a second connection to find out why the first is lost; null when it succeeds.
    /// </summary>
    /// <remarks>
    /// When a reconnect is refused (NOAUTH, WRONGPASS), the client library reports only that the
    /// socket was closed.
    /// </remarks>
    public async Task<RedisException?> FindConnectErrorAsync(CancellationToken cancellationToken)
    {
        var options = RedisDefaults.Build(redis, connector);
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        try
        {
            await using var another = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
            return null;
        }
        catch (RedisException e)
        {
            return e;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_attempt is { IsCompletedSuccessfully: true } made)
        {
            var multiplexer = await made;
            await multiplexer.DisposeAsync();
        }
    }
}
