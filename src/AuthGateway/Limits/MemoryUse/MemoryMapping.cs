using System.Globalization;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>One mapping of <c>/proc/PID/smaps</c> (proc(5)).</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">In bytes.</param>
/// <param name="File">The mapped file; empty for memory without a named file.</param>
/// <param name="IsReadOnly">True when the process cannot write it.</param>
/// <param name="Resident">Resident bytes.</param>
/// <param name="Changed">Resident bytes that are not those of the file; null when not read.</param>
internal readonly record struct MemoryMapping(
    nuint Start, nuint Length, string File, bool IsReadOnly, long Resident, long? Changed)
{
    /// <summary>True when each page can be read from the file again.</summary>
    public bool IsReadAgain => IsReadOnly && File.Length > 0 && Changed == 0;

    /// <summary>Reads a mapping's first line; null for any other line.</summary>
    public static MemoryMapping? TryParse(string line)
    {
        // 7f0000000000-7f0000010000 r-xp 00001000 08:01 1234      /usr/lib/libc.so.6
        var words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 5 || words[0].IndexOf('-') is not (> 0 and var dash) || words[1].Length != 4
            || !nuint.TryParse(words[0].AsSpan(0, dash), NumberStyles.HexNumber, null, out var start)
            || !nuint.TryParse(words[0].AsSpan(dash + 1), NumberStyles.HexNumber, null, out var end))
        {
            return null;
        }

        var isFile = words.Length == 6 && words[5].StartsWith('/')
            && !words[5].StartsWith("/memfd:", StringComparison.Ordinal);
        return new MemoryMapping(
            start, end - start, isFile ? words[5] : "", words[1][0] == 'r' && words[1][1] == '-', 0, null);
    }

    /// <summary>The same with a further line of its description.</summary>
    public MemoryMapping With(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["Rss:", var value, "kB"] when long.TryParse(value, out var kilobytes) =>
            this with { Resident = kilobytes * 1024 },
        ["Anonymous:", var value, "kB"] when long.TryParse(value, out var kilobytes) =>
            this with { Changed = kilobytes * 1024 },
        _ => this,
    };
}
