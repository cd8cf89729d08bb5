namespace AuthGateway.Limits.Http2;

/// <summary>
/// Limits the rate of a stranger's HTTP/2 frames without headers or data (PING, SETTINGS, empty
/// DATA, …), with 50 times as many WINDOW_UPDATE, which downloads need. Further frames wait for the
/// next second; every 64th frame yields to other connections.
/// </summary>
internal sealed class StrangerPace(int most, LimitReport report)
{
    private const int CostOfControl = 50;
    private const int Turn = 64;
    private long _second;
    private int _spent;
    private int _frames;

    /// <summary>Null when the frame may be read at once.</summary>
    public Task? Delay(Http2Frame frame)
    {
        var now = Environment.TickCount64;
        if (now / 1000 != _second)
        {
            _second = now / 1000;
            _spent = 0;
        }

        _spent += frame.Type == Http2Frame.WindowUpdate ? 1 : CostOfControl;
        if (_spent > most * CostOfControl)
        {
            report.Reached(LimitTable.ControlFrames);
            return Task.Delay(TimeSpan.FromMilliseconds(1000 - (now % 1000)));
        }

        return ++_frames % Turn == 0 ? YieldAsync() : null;
    }

    private static async Task YieldAsync() => await Task.Yield();
}
