using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// Caches the hashes of session cookies in use: SHA-256 through OpenSSL costs more than the rest of
/// a decision.
/// </summary>
/// <remarks>
/// The cache knows the hash of a cookie, not whether its session is live. It holds cookies of live
/// sessions only, for 10 to 20 s after their last use, as long as their keys; bounded.
/// </remarks>
internal sealed class SessionHashCache
{
    private const int Capacity = 50_000;
    private const int SecondsPerAge = 10;
    private volatile ConcurrentDictionary<Bits, SessionHash> _young = new();
    private volatile ConcurrentDictionary<Bits, SessionHash> _old = new();
    private int _seconds;

    /// <summary>The number of cached hashes.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>
    /// Computes or looks up a cookie's hash; false for anything but the one canonical encoding of
    /// 32 bytes.
    /// </summary>
    /// <param name="text">A cookie's value.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isKnown">
    /// False when the hash was computed. <see cref="Keep(ReadOnlySpan{char}, SessionHash)"/> saves
    /// that the next time.
    /// </param>
    public bool TryHash(ReadOnlySpan<char> text, out SessionHash hash, out bool isKnown)
    {
        Span<byte> bytes = stackalloc byte[SessionId.Length];
        if (!SessionId.TryDecode(text, bytes))
        {
            hash = default;
            return isKnown = false;
        }

        var bits = MemoryMarshal.Read<Bits>(bytes);
        if (_young.TryGetValue(bits, out hash))
        {
            return isKnown = true;
        }

        isKnown = _old.TryGetValue(bits, out hash);
        if (!isKnown)
        {
            hash = SessionId.HashOf(bytes);
        }
        else
        {
            Keep(bits, hash);
        }

        return true;
    }

    /// <summary>Caches the hash of a cookie whose session is live.</summary>
    public void Keep(ReadOnlySpan<char> text, SessionHash hash)
    {
        Span<byte> bytes = stackalloc byte[SessionId.Length];
        if (SessionId.TryDecode(text, bytes))
        {
            Keep(MemoryMarshal.Read<Bits>(bytes), hash);
        }
    }

    /// <summary>
    /// Called once a second. Every tenth call drops the hashes that were not used since the call
    /// before.
    /// </summary>
    public void Age()
    {
        if (++_seconds % SecondsPerAge == 0 && Count > 0)
        {
            _old = _young;
            _young = new();
        }
    }

    private void Keep(Bits bits, SessionHash hash)
    {
        var young = _young;
        if (young.Count < Capacity)
        {
            young[bits] = hash;
        }
    }

    /// <summary>A cookie's bits as a dictionary key.</summary>
    /// <remarks>
    /// The hash code is seeded per process and the comparison takes constant time, so that timing
    /// reveals nothing about a guessed cookie.
    /// </remarks>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Bits(ulong a, ulong b, ulong c, ulong d) : IEquatable<Bits>
    {
        private readonly ulong _a = a;
        private readonly ulong _b = b;
        private readonly ulong _c = c;
        private readonly ulong _d = d;

        public bool Equals(Bits other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

        public override bool Equals(object? obj) => obj is Bits other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

        public override string ToString() => "***";
    }
}
