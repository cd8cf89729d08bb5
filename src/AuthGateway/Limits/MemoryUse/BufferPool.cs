using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>A pool of pinned blocks of 4 KiB, like the framework's, for <see cref="BufferPools"/>.</summary>
internal sealed class BufferPool(Action<BufferPool> ended) : MemoryPool<byte>
{
    private const int BlockSize = 4096;
    private readonly ConcurrentQueue<Block> _free = new();
    private int _count;
    private int _lowest;
    private bool _isDisposed;

    public override int MaxBufferSize => BlockSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_free.TryDequeue(out var block))
        {
            _lowest = 0;
            return new Block(this);
        }

        block.Take();

        // Not atomic: a late value costs a few blocks.
        var left = Interlocked.Decrement(ref _count);
        if (left < _lowest)
        {
            _lowest = left;
        }

        return block;
    }

    /// <summary>
    /// Forgets as many free blocks as were free all the time since the last call; returns their
    /// bytes.
    /// </summary>
    public long ReturnSurplus()
    {
        var surplus = _lowest;
        var returned = 0;
        while (returned < surplus && _free.TryDequeue(out _))
        {
            Interlocked.Decrement(ref _count);
            returned++;
        }

        _lowest = Volatile.Read(ref _count);
        return (long)returned * BlockSize;
    }

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _free.Clear();
        ended(this);
    }

    private void Return(Block block)
    {
        if (!_isDisposed)
        {
            Interlocked.Increment(ref _count);
            _free.Enqueue(block);
        }
    }

    private sealed class Block : IMemoryOwner<byte>
    {
        private readonly BufferPool _pool;
        private int _isRented = 1;

        public Block(BufferPool pool)
        {
            _pool = pool;
            Memory = MemoryMarshal.CreateFromPinnedArray(
                GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true), 0, BlockSize);
        }

        public Memory<byte> Memory { get; }

        public void Take() => Volatile.Write(ref _isRented, 1);

        // A second return is ignored: two requests would share the block.
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isRented, 0) == 1)
            {
                _pool.Return(this);
            }
        }
    }
}
