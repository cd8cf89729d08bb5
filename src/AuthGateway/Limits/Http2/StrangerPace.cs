namespace AuthGateway.Limits.Http2;

/// <summary>
/// Limits the rate of a stranger's HTTP/2 frames without headers or data (PING, SETTINGS, empty
/// DATA, …), with 50 times as many WINDOW_UPDATE, which downloads need, and small DATA. Further
/// frames wait for the next second; every 16th frame lets other connections have their turn.
/// </summary>
internal sealed class StrangerPace(int most, LimitReport report, Func<Task> turn)
{
    private const int CostOfControl = 50;
    private const int FramesInARow = 16;

    /// <summary>DATA below this size costs the server more than the client.</summary>
    private const int SmallData = 256;

    private long _second;
    private int _spent;
    private int _frames;

    /// <summary>Null when the frame may be read at once.</summary>
    public Task? Delay(Http2Frame frame)
    {
        if (Cost(frame) is > 0 and var cost)
        {
            var now = Environment.TickCount64;
            if (now / 1000 != _second)
            {
                _second = now / 1000;
                _spent = 0;
            }

            _spent += cost;
            if (_spent > most * CostOfControl)
            {
                report.Reached(LimitTable.ControlFrames);
                return Task.Delay(TimeSpan.FromMilliseconds(1000 - (now % 1000)));
            }
        }

        return ++_frames % FramesInARow == 0 ? turn() : null;
    }

    private static int Cost(Http2Frame frame) => frame switch
    {
        { Type: Http2Frame.Headers } or { Type: Http2Frame.Data, Length: >= SmallData } => 0,
        { Type: Http2Frame.WindowUpdate } or { Type: Http2Frame.Data, Length: > 0 } => 1,
        _ => CostOfControl,
    };
}
