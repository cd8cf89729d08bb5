using System.Buffers;
using AuthGateway.Limits.MemoryUse;

namespace AuthGateway.Tests.Limits;

/// <summary>Blocks are reused, never shared, and given up when a peak is over.</summary>
public sealed class BufferPoolTests
{
    private const int BlockSize = 4096;

    [Fact]
    public void Returned_block_is_used_again()
    {
        using var pool = new BufferPools().Create();
        var first = pool.Rent();
        Assert.Equal(BlockSize, first.Memory.Length);
        first.Dispose();
        Assert.Same(first, pool.Rent());
    }

    [Fact]
    public void Block_that_is_returned_twice_is_given_to_one_only()
    {
        using var pool = new BufferPools().Create();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();
        Assert.NotSame(pool.Rent(), pool.Rent());
    }

    [Fact]
    public void Blocks_of_a_peak_are_given_up_when_they_were_free_for_a_whole_interval()
    {
        var pools = new BufferPools();
        using var pool = pools.Create();
        Array.ForEach(Enumerable.Range(0, 100).Select(_ => pool.Rent()).ToArray(), block => block.Dispose());

        Assert.Equal(0, pools.ReturnSurplus());
        var inUse = Enumerable.Range(0, 10).Select(_ => pool.Rent()).ToArray();
        Array.ForEach(inUse, block => block.Dispose());
        Assert.Equal(90 * BlockSize, pools.ReturnSurplus());
        Assert.Equal(10 * BlockSize, pools.ReturnSurplus());
        Assert.Equal(0, pools.ReturnSurplus());
    }

    [Fact]
    public async Task Threads_never_hold_the_same_block()
    {
        using var pool = new BufferPools().Create();
        var held = new System.Collections.Concurrent.ConcurrentDictionary<IMemoryOwner<byte>, byte>();
        var isShared = false;
        await Parallel.ForAsync(0, 20_000, (_, _) =>
        {
            var block = pool.Rent();
            isShared |= !held.TryAdd(block, 0);
            held.TryRemove(block, out byte _);
            block.Dispose();
            return ValueTask.CompletedTask;
        });
        Assert.False(isShared);
    }

    [Fact]
    public void Pool_that_has_ended_keeps_nothing()
    {
        var pools = new BufferPools();
        var pool = pools.Create();
        var block = pool.Rent();
        pool.Dispose();
        block.Dispose();
        Assert.Equal(0, pools.ReturnSurplus());
    }

    [Fact]
    public void More_than_a_block_is_refused()
    {
        using var pool = new BufferPools().Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(BlockSize + 1));
    }
}
