using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions;

/// <summary>
/// The hashes of cookies in use, because SHA-256 through OpenSSL costs more than the rest of a decision. It answers only what a cookie's hash is, never whether
/// its session lives. Only cookies of live sessions are kept, and for 10 to 20 s after their last use, as their keys are; bounded.
/// </summary>
internal sealed class SessionHashCache
{
    private const int Capacity = 50_000;
    private const int BeatsPerAge = 10;
    private volatile ConcurrentDictionary<Bits, SessionHash> _young = new();
    private volatile ConcurrentDictionary<Bits, SessionHash> _old = new();
    private int _beats;

    /// <summary>How many are kept now.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>False for anything but the one canonical spelling of 32 bytes.</summary>
    /// <param name="text">A cookie's value.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isKnown">False when it was computed: <see cref="Keep"/> spares that the next time.</param>
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

    /// <summary>Remembers the hash of a cookie whose session lives.</summary>
    public void Keep(ReadOnlySpan<char> text, SessionHash hash)
    {
        Span<byte> bytes = stackalloc byte[SessionId.Length];
        if (SessionId.TryDecode(text, bytes))
        {
            Keep(MemoryMarshal.Read<Bits>(bytes), hash);
        }
    }

    /// <summary>One of the beats, a second apart, of which ten are an age: what was not used for a whole one is forgotten.</summary>
    public void Beat()
    {
        if (++_beats % BeatsPerAge == 0 && Count > 0)
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

    /// <summary>A cookie's bits as a key: hashed with the process's own seed and compared in constant time, so that no timing tells how near a guess was.</summary>
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
