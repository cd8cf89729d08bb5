using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// Creates the web server's buffer pools, in place of the framework's. Those give back at most a
/// twentieth of their free blocks in 10 s, so that a flood's memory would stay for many minutes.
/// </summary>
internal sealed class BufferPools : IMemoryPoolFactory<byte>
{
    private readonly ConcurrentDictionary<BufferPool, byte> _pools = new();

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
    {
        var pool = new BufferPool(ended => _pools.TryRemove(ended, out _));
        _pools[pool] = 0;
        return pool;
    }

    /// <summary>
    /// Forgets the blocks of all pools that were not needed since the last call; returns their
    /// bytes.
    /// </summary>
    public long ReturnSurplus() => _pools.Keys.Sum(pool => pool.ReturnSurplus());
}
