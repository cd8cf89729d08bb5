namespace AuthGateway.SystemTests.Limits;

/// <summary>The same flood again and again until it is disposed of: the gateway closes what one holds.</summary>
internal sealed class FloodWaves : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    /// <param name="length">Time from one to the next.</param>
    public FloodWaves(string attack, int connections, IFloodTarget target, TimeSpan length) => _work = RunAsync(attack, connections, target, length);

    /// <summary>How often it was begun.</summary>
    public int Begun { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private async Task RunAsync(string attack, int connections, IFloodTarget target, TimeSpan length)
    {
        while (!_end.IsCancellationRequested)
        {
            await using var flood = FloodProcess.Start(attack, connections, target.Port, target.IsTls, target.Issuer);
            Begun++;
            await Task.Delay(length, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
