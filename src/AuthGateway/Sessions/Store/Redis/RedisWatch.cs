using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AuthGateway.Http;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>Receives the changes that other replicas publish.</summary>
/// <remarks>
/// Redis keeps no message for a disconnected subscriber. So the start, every reconnect, an
/// overflow, and every 30 s (a session may also have been evicted or flushed) count as
/// <see cref="StoreChange.Unknown"/>.
/// </remarks>
internal sealed class RedisWatch : IAsyncDisposable
{
    private static readonly TimeSpan CompareInterval = TimeSpan.FromSeconds(30);
    private readonly Channel<StoreChange> _changes = Channel.CreateBounded<StoreChange>(10_000);
    private readonly ConnectionMultiplexer _connection;
    private readonly ChannelMessageQueue _queue;
    private readonly string _origin;
    private int _isMissing = 1;

    private RedisWatch(ConnectionMultiplexer connection, ChannelMessageQueue queue, string origin)
    {
        _connection = connection;
        _queue = queue;
        _origin = origin;
        _connection.ConnectionRestored += OnReconnected;
        _queue.OnMessage(OnMessage);
    }

    public static async Task<RedisWatch> SubscribeAsync(
        ConnectionMultiplexer connection, RedisKeys keys, string origin) =>
        new(connection, await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(keys.Changes)), origin);

    public async IAsyncEnumerable<StoreChange> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (Interlocked.Exchange(ref _isMissing, 0) == 1)
            {
                yield return StoreChange.Unknown.Instance;
            }

            yield return await NextAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _connection.ConnectionRestored -= OnReconnected;
        await _queue.UnsubscribeAsync(CommandFlags.FireAndForget);
    }

    private void OnMessage(ChannelMessage message)
    {
        if (Parse(message.Message) is { } change && !_changes.Writer.TryWrite(change))
        {
            Interlocked.Exchange(ref _isMissing, 1);
        }
    }

    private void OnReconnected(object? sender, ConnectionFailedEventArgs e)
    {
        Interlocked.Exchange(ref _isMissing, 1);
        _changes.Writer.TryWrite(StoreChange.Unknown.Instance);
    }

    private async Task<StoreChange> NextAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CompareInterval);
        try
        {
            return await _changes.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return StoreChange.Unknown.Instance;
        }
    }

    /// <summary>Parses a message; null for one of this process and for an unknown one.</summary>
    private StoreChange? Parse(RedisValue message) => ((string?)message ?? "").Split(' ') switch
    {
        [var from, _, _] when from == _origin => null,
        [_, "ended", var member] when RedisKeys.TryParse(member, out var hash) => new StoreChange.Ended(hash),
        [_, "replaced", var member] when RedisKeys.TryParse(member, out var hash) => new StoreChange.Replaced(hash),
        _ => null,
    };
}
