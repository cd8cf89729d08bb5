namespace AuthGateway.Testing;

/// <summary>The real clock, moved: what should happen tomorrow is tried today, while timers and timeouts keep running.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private readonly List<string> _files = [];
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddTicks(Interlocked.Read(ref _ticks));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Interlocked.Read(ref _ticks) * ((double)TimestampFrequency / TimeSpan.TicksPerSecond));

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        foreach (var file in _files.Where(File.Exists))
        {
            Write(file);
        }
    }

    /// <summary>From now on the file says by how much the clock is moved, for a gateway that is a process of its own.</summary>
    public void ShareIn(string file)
    {
        _files.Add(file);
        Write(file);
    }

    private void Write(string file)
    {
        using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(BitConverter.GetBytes(Interlocked.Read(ref _ticks)));
    }
}
