using AuthGateway.Limits.MemoryUse;

namespace AuthGateway.Tests.Limits;

/// <summary>A heap of numbers.</summary>
internal sealed class FakeHeap : IHeap
{
    private int _looks;

    public bool ThrowsOnce { get; set; }

    public int Looks => Volatile.Read(ref _looks);

    public int Collections { get; private set; }

    public long Allocated { get; set; }

    public long Committed { get; set; }

    public int CodeReturns { get; private set; }

    /// <summary>What a collection leaves.</summary>
    public long Held { get; set; }

    public long AllocatedBytes()
    {
        if (ThrowsOnce)
        {
            ThrowsOnce = false;
            throw new InvalidOperationException("thrown by the test's heap");
        }

        Interlocked.Increment(ref _looks);
        return Allocated;
    }

    public long CommittedBytes() => Committed;

    public void Collect()
    {
        Collections++;
        Committed = Math.Min(Committed, Held);
    }

    public void ReturnCode() => CodeReturns++;
}
