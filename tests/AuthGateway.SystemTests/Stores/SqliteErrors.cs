using AuthGateway.Sessions.Store.Sqlite;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>Brings a real redis-server into the states of docs/session-stores.md, and out of them.</summary>
internal sealed class SqliteErrors(RedisServer redis) : IAsyncDisposable
{
    private readonly CancellationTokenSource _calm = new();
    private Task _pauses = Task.CompletedTask;

    public async Task BeginAsync(string state)
    {
        switch (state)
        {
            case "away":
                await redis.StopAsync();
                break;
            case "silent":
                await redis.SignalAsync("STOP");
                break;
            case "full":
                await redis.CommandAsync("CONFIG SET maxmemory 1");
                break;
            case "read-only":
                await redis.CommandAsync("CONFIG SET min-replicas-to-write 1");
                break;
            case "disk lost":
                await LoseDiskAsync();
                break;
            default:
                _pauses = PauseAsync();
                break;
        }
    }

    public async Task EndAsync(string state)
    {
        switch (state)
        {
            case "away":
                await redis.StartAgainAsync();
                break;
            case "silent":
                await redis.SignalAsync("CONT");
                break;
            case "full":
                await redis.CommandAsync("CONFIG SET maxmemory 0");
                break;
            case "read-only":
                await redis.CommandAsync("CONFIG SET min-replicas-to-write 0");
                break;
            case "disk lost":
                Directory.CreateDirectory(redis.FolderPath);
                await redis.CommandAsync("CONFIG SET save \"\"");
                break;
            default:
                await _calm.CancelAsync();
                await _pauses;
                break;
        }
    }

    private async Task LoseDiskAsync()
    {
        await redis.CommandAsync("CONFIG SET appendonly no");
        await redis.CommandAsync("CONFIG SET save \"3600 1\"");
        Directory.Delete(redis.FolderPath, recursive: true);
        await Deadline.UntilAsync(
            async () =>
            {
                await redis.CommandAsync("BGSAVE");
                return (await redis.CommandAsync("INFO persistence")).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(20), () => redis.Log, 200);
    }

    /// <summary>Every answer of Redis comes up to 200 ms late.</summary>
    private async Task PauseAsync()
    {
        while (!_calm.IsCancellationRequested)
        {
            await redis.CommandAsync("CLIENT PAUSE 200 ALL");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _calm.CancelAsync();
        await _pauses;
        _calm.Dispose();
    }
}
