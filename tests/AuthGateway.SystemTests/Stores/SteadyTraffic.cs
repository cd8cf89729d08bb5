using System.Collections.Concurrent;
using System.Net.Sockets;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// Clients with kept-alive connections behind a balancer that acts as Kubernetes does: it asks each replica's readiness every 100 ms and gives
/// new connections only to ready ones; a connection is used until an answer says <c>Connection: close</c>.
/// </summary>
internal sealed class SteadyTraffic : IAsyncDisposable
{
    private readonly IReadOnlyList<GatewayProcess> _replicas;
    private readonly ConcurrentDictionary<GatewayProcess, bool> _ready = new();
    private readonly ConcurrentDictionary<GatewayProcess, long> _used = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<string> _requests;
    private readonly Task[] _running;
    private int _good;

    public SteadyTraffic(IReadOnlyList<GatewayProcess> replicas, IReadOnlyList<string> sessions, int clients = 6)
    {
        _replicas = replicas;
        _requests = [.. sessions.Select(session => $"GET /app HTTP/1.1\r\nHost: {StoreGateway.PublicHost}\r\nAccept: application/json\r\nCookie: authservice_session={session}\r\n\r\n")];
        _running = [LookAsync(), .. Enumerable.Range(0, clients).Select(ClientAsync)];
    }

    public ConcurrentQueue<string> Failures { get; } = new();

    public int Good => _good;

    /// <summary>True when this replica answered within the last half second.</summary>
    public bool IsUsed(GatewayProcess replica) => _used.TryGetValue(replica, out var at) && Environment.TickCount64 - at < 500;

    public override string ToString() => $"{_good} answers 200, {Failures.Count} failures {string.Join(" | ", Failures.Take(5))}";

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var replica in _replicas)
                _ready[replica] = await IsReadyAsync(replica);
            await Task.Delay(100);
        }
    }

    private static async Task<bool> IsReadyAsync(GatewayProcess replica)
    {
        try
        {
            return (await RawClient.OnceAsync(new Uri($"http://127.0.0.1:{replica.ProbePort}"), "GET /readyz HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n")).Status == 200;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private async Task ClientAsync(int number)
    {
        for (var i = number; !_stop.IsCancellationRequested; i++)
        {
            var replica = _replicas[i % _replicas.Count];
            if (_ready.GetValueOrDefault(replica))
                await UseConnectionAsync(replica);
            else
                await Task.Delay(5);
        }
    }

    /// <summary>Fifty requests on one connection at most, as a pool would spread them.</summary>
    private async Task UseConnectionAsync(GatewayProcess replica)
    {
        try
        {
            using var client = await RawClient.ConnectAsync(StoreGateway.LoopbackOf(replica));
            for (var i = 0; i < 50 && !_stop.IsCancellationRequested; i++)
            {
                await client.SendAsync(_requests[i % _requests.Count]);
                var answer = await client.ReadAsync() ?? throw new IOException("closed without an answer");
                if (answer.Status != 200)
                    Failures.Enqueue($"{answer.Status}");
                Interlocked.Increment(ref _good);
                _used[replica] = Environment.TickCount64;
                if (answer.All("Connection").Any(value => value.Contains("close", StringComparison.OrdinalIgnoreCase)))
                    return;
                await Task.Delay(2);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            Failures.Enqueue(e.Message);
        }
    }
}
