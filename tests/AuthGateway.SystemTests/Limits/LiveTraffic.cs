using System.Diagnostics;
using System.Globalization;

namespace AuthGateway.SystemTests.Limits;

/// <summary>A live session's request, the start of a login and both probes, some times a second, while somebody else does something.</summary>
internal sealed class LiveTraffic : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan InGoodTime = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _end = new();
    private readonly List<(bool IsGood, TimeSpan Took)> _asked = [];
    private readonly Task _work;

    public LiveTraffic(FloodedGateway gateway) => _work = RunAsync(gateway);

    public int Asked => _asked.Count;

    public int Good => _asked.Count(asked => asked.IsGood);

    /// <summary>Good ones within a second.</summary>
    public int InTime => _asked.Count(asked => asked.IsGood && asked.Took < InGoodTime);

    public int Probes { get; private set; }

    public int GoodProbes { get; private set; }

    public int Logins { get; private set; }

    public int GoodLogins { get; private set; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"session {Good} of {Asked}, {InTime} within 1 s, slowest {_asked.Select(asked => asked.Took.TotalMilliseconds).DefaultIfEmpty().Max():0} ms; logins {GoodLogins} of {Logins}; probes {GoodProbes} of {Probes}");

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

    private async Task RunAsync(FloodedGateway gateway)
    {
        while (!_end.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var status = await StatusAsync(gateway.AskAsync);
            _asked.Add((status == 200, Stopwatch.GetElapsedTime(started)));
            if (_asked.Count % 4 == 0)
            {
                Logins++;
                GoodLogins += await StatusAsync(gateway.BeginLoginAsync) is 302 or 303 ? 1 : 0;
            }

            Probes++;
            GoodProbes += await gateway.Process.StatusAsync(_asked.Count % 2 == 0 ? "/healthz" : "/readyz") == 200 ? 1 : 0;
            await Task.Delay(Interval, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<int> StatusAsync(Func<Task<int>> ask)
    {
        try
        {
            return await ask().WaitAsync(Patience);
        }
        catch (Exception e) when (e is IOException or TimeoutException or HttpRequestException or System.Net.Sockets.SocketException or TaskCanceledException)
        {
            return 0;
        }
    }
}
