using System.Globalization;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>One mapping of <c>/proc/PID/smaps</c> (proc(5)).</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">In bytes.</param>
/// <param name="File">The mapped file; empty for memory without a named file.</param>
/// <param name="IsReadOnly">True when the process cannot write it.</param>
/// <param name="Resident">Resident bytes.</param>
/// <param name="Changed">Resident bytes that are not those of the file; null when not read.</param>
/// <param name="Swapped">Changed bytes that are in swap; null when not read.</param>
internal readonly record struct MemoryMapping(
    nuint Start, nuint Length, string File, bool IsReadOnly, long Resident, long? Changed, long? Swapped)
{
    /// <summary>True when each page can be read from the file again.</summary>
    public bool IsReadAgain => IsReadOnly && File.Length > 0 && Changed == 0 && Swapped == 0;

    /// <summary>Reads a mapping's first line; null for any other line.</summary>
    public static MemoryMapping? TryParse(string line)
    {
        // 7f0000000000-7f0000010000 r-xp 00001000 08:01 1234      /usr/lib/libc.so.6
        // Rss:                 100 kB
        if (line.Length == 0 || line[0] is >= 'A' and <= 'Z')
        {
            return null;
        }

        var words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 5 || words[0].IndexOf('-') is not (> 0 and var dash) || words[1].Length != 4
            || !nuint.TryParse(words[0].AsSpan(0, dash), NumberStyles.HexNumber, null, out var start)
            || !nuint.TryParse(words[0].AsSpan(dash + 1), NumberStyles.HexNumber, null, out var end))
        {
            return null;
        }

        var isFile = words.Length == 6 && words[5].StartsWith('/')
            && !words[5].StartsWith("/memfd:", StringComparison.Ordinal);
        var isReadOnly = words[1][0] == 'r' && words[1][1] == '-';
        return new MemoryMapping(start, end - start, isFile ? words[5] : "", isReadOnly, 0, null, null);
    }

    /// <summary>The same with a further line of its description.</summary>
    public MemoryMapping With(string line)
    {
        if (Bytes(line, "Rss:") is { } resident)
        {
            return this with { Resident = resident };
        }

        if (Bytes(line, "Anonymous:") is { } changed)
        {
            return this with { Changed = changed };
        }

        return Bytes(line, "Swap:") is { } swapped ? this with { Swapped = swapped } : this;
    }

    private static long? Bytes(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal)
            && line.EndsWith(" kB", StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(name.Length, line.Length - name.Length - 3), out var kilobytes)
            ? kilobytes * 1024
            : null;
}
