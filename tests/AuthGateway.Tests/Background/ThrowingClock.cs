using System.Diagnostics;

namespace AuthGateway.Tests.Background;

/// <summary>The real clock, which throws once when a method of the armed type asks for the time.</summary>
internal sealed class ThrowingClock : TimeProvider
{
    private Type? _armed;

    public bool IsArmed => Volatile.Read(ref _armed) is not null;

    public void Arm(Type caller) => Volatile.Write(ref _armed, caller);

    public override DateTimeOffset GetUtcNow()
    {
        Meet();
        return DateTimeOffset.UtcNow;
    }

    public override long GetTimestamp()
    {
        Meet();
        return base.GetTimestamp();
    }

    private void Meet()
    {
        if (Volatile.Read(ref _armed) is { } type && new StackTrace().GetFrames().Any(frame => IsOf(frame.GetMethod()?.DeclaringType, type))
            && Interlocked.CompareExchange(ref _armed, null, type) == type)
        {
            throw new InvalidOperationException("thrown by the test's clock");
        }
    }

    // An async method runs in a type of its own inside the class.
    private static bool IsOf(Type? declaring, Type type) => declaring is not null && (declaring == type || IsOf(declaring.DeclaringType, type));
}
