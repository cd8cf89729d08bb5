using System.Runtime.InteropServices;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// Gives up the resident pages of program files (assemblies and native libraries). What is needed
/// again is mapped again from the system's file cache, 64 KiB at a time and without a disk read
/// unless memory was short meanwhile. Most code of the start does not run again, and code that runs
/// often is compiled anew.
/// </summary>
/// <remarks>
/// Only mappings of files that cannot be written and of which no page was changed
/// (<c>Anonymous: 0</c> and <c>Swap: 0</c> in <c>/proc/self/smaps</c>, proc(5)): the file has
/// everything, so <c>madvise(2) MADV_DONTNEED</c> loses nothing. And only those that were there 5 s
/// before: a mapping that is about to go, in whose place other memory could be, lives for
/// milliseconds. A system without these calls is not changed.
/// </remarks>
internal sealed partial class CodePages(TimeProvider clock)
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(5);

    private const int DontNeed = 4;
    private const int Cold = 20;
    private const long Worthwhile = 64 * 1024;
    private HashSet<(nuint Start, nuint Length, string File)> _before = [];
    private long? _readAt;

    /// <summary>
    /// Gives up what can be read again and was mapped at the call before; returns how many bytes
    /// were resident there. Does nothing within 5 s of that call.
    /// </summary>
    public long Return()
    {
        if (_readAt is { } readAt && clock.GetElapsedTime(readAt) < LeastAge)
        {
            return 0;
        }

        var bytes = 0L;
        var now = new HashSet<(nuint, nuint, string)>();
        foreach (var mapping in Read("/proc/self/smaps").Where(static mapping => mapping.IsReadAgain))
        {
            var place = (mapping.Start, mapping.Length, mapping.File);
            now.Add(place);
            if (mapping.Resident >= Worthwhile && _before.Contains(place) && Release(mapping))
            {
                bytes += mapping.Resident;
            }
        }

        _before = now;
        _readAt = clock.GetTimestamp();
        return bytes;
    }

    /// <summary>The mappings of a process; none where the file cannot be read.</summary>
    /// <param name="file">In the format of <c>/proc/PID/smaps</c>.</param>
    public static IReadOnlyList<MemoryMapping> Read(string file)
    {
        var mappings = new List<MemoryMapping>();
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                if (MemoryMapping.TryParse(line) is { } next)
                {
                    mappings.Add(next);
                }
                else if (mappings.Count > 0)
                {
                    mappings[^1] = mappings[^1].With(line);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return mappings;
    }

    private static bool Release(MemoryMapping mapping)
    {
        try
        {
            // First out of the list of pages in use, else the system would keep them as such.
            _ = madvise(mapping.Start, mapping.Length, Cold);
            return madvise(mapping.Start, mapping.Length, DontNeed) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int madvise(nuint start, nuint length, int advice);
}
