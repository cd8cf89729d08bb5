using System.Collections.Concurrent;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing.Stores;

/// <summary>Somebody who listens until the test is over.</summary>
internal sealed class Ears : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _listening;

    public Ears(ISessionStore store) => _listening = ListenAsync(store);

    public ConcurrentQueue<StoreChange> Heard { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _stop.Dispose();
    }

    private async Task ListenAsync(ISessionStore store)
    {
        try
        {
            await foreach (var change in store.WatchAsync(_stop.Token))
            {
                Heard.Enqueue(change);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
