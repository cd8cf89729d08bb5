using System.Diagnostics;
using System.Globalization;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>A live session's request and the probe, four times a second, while somebody else does something.</summary>
internal sealed class LiveTraffic : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _end = new();
    private readonly List<(bool IsGood, TimeSpan Took)> _asked = [];
    private readonly Task _work;
    private int _probes;
    private int _goodProbes;

    public LiveTraffic(GatewayProcess gateway, Func<Task<int>> ask) => _work = RunAsync(gateway, ask);

    public int Asked => _asked.Count;

    public int Good => _asked.Count(asked => asked.IsGood);

    public int Probes => _probes;

    public int GoodProbes => _goodProbes;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"live requests {Good} of {Asked}, slowest {_asked.Select(asked => asked.Took.TotalMilliseconds).DefaultIfEmpty().Max():0} ms; probe {GoodProbes} of {Probes}");

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task RunAsync(GatewayProcess gateway, Func<Task<int>> ask)
    {
        while (!_end.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var status = 0;
            try
            {
                status = await ask().WaitAsync(TimeSpan.FromSeconds(5));
            }
            catch (Exception e) when (e is IOException or TimeoutException or HttpRequestException or System.Net.Sockets.SocketException or Xunit.Sdk.XunitException)
            {
                // Counted as bad.
            }

            _asked.Add((status == 200, Stopwatch.GetElapsedTime(started)));
            _probes++;
            _goodProbes += await gateway.StatusAsync("/healthz") == 200 ? 1 : 0;
            await Task.Delay(Interval, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
