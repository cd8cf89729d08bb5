using System.Diagnostics;
using System.Globalization;

namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// A live session's request, on a new connection and on a kept one in turn, the start of a login, both probes and the application itself, some times a second, while somebody
/// else does something. Each is begun at its time, whatever became of the one before.
/// </summary>
internal sealed class LiveTraffic : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan InGoodTime = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _end = new();
    private readonly IFloodTarget _target;
    private readonly Lock _counting = new();
    private readonly List<(bool IsGood, TimeSpan Took, TimeSpan Upstream)> _asked = [];
    private readonly Task _work;

    public LiveTraffic(IFloodTarget target)
    {
        _target = target;
        _work = Task.Run(RunAsync);
    }

    public int Asked => Count(_ => true);

    public int Good => Count(asked => asked.IsGood);

    /// <summary>Good ones within a second of the application's own time.</summary>
    public int InTime => Count(asked => asked.IsGood && asked.Took < asked.Upstream + InGoodTime);

    public int Probes { get; private set; }

    public int GoodProbes { get; private set; }

    public int Logins { get; private set; }

    public int GoodLogins { get; private set; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"session {Good} of {Asked}, {InTime} in time, median {At(0.5):0} ms, slowest {At(1):0} ms (the application itself {Upstream():0} ms); logins {GoodLogins} of {Logins}; probes {GoodProbes} of {Probes}");

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

    private int Count(Func<(bool IsGood, TimeSpan Took, TimeSpan Upstream), bool> counts)
    {
        lock (_counting)
            return _asked.Count(counts);
    }

    private double At(double share)
    {
        lock (_counting)
            return _asked.Select(asked => asked.Took.TotalMilliseconds).Order().ElementAtOrDefault((int)Math.Ceiling(share * _asked.Count) - 1);
    }

    private double Upstream()
    {
        lock (_counting)
            return _asked.Select(asked => asked.Upstream.TotalMilliseconds).DefaultIfEmpty().Max();
    }

    private async Task RunAsync()
    {
        var all = new List<Task>();
        for (var i = 1; !_end.IsCancellationRequested; i++)
        {
            all.Add(AskAsync(i));
            await Task.Delay(Interval, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(all);
    }

    private async Task AskAsync(int number)
    {
        var probe = TakeAsync(() => _target.ProbeAsync(isReadiness: number % 2 != 0));
        var login = number % 4 == 0 && _target.BeginLoginAsync() is { } begin ? TakeAsync(() => begin) : null;
        var upstream = TakeAsync(_target.AskUpstreamAsync);
        var (status, took) = await TakeAsync(number % 3 == 0 ? _target.AskAgainAsync : _target.AskAsync);
        var own = await upstream;
        var isProbed = (await probe).Status == 200;
        var begun = login is null ? 0 : (await login).Status;
        lock (_counting)
        {
            _asked.Add((status == 200, took, own.Took));
            Probes++;
            GoodProbes += isProbed ? 1 : 0;
            Logins += login is null ? 0 : 1;
            GoodLogins += begun is 302 or 303 ? 1 : 0;
        }
    }

    private static async Task<(int Status, TimeSpan Took)> TakeAsync(Func<Task<int>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return (await ask().WaitAsync(Patience), Stopwatch.GetElapsedTime(started));
        }
        catch (Exception e) when (e is IOException or TimeoutException or HttpRequestException or System.Net.Sockets.SocketException or TaskCanceledException)
        {
            return (0, Stopwatch.GetElapsedTime(started));
        }
    }
}
