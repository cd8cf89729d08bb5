using System.Globalization;
using AuthGateway.Configuration;

namespace AuthGateway.Limits;

/// <summary>
/// The limits of this process, fixed at start: configured, or derived from its file descriptors and
/// memory. The runtime raises the soft limit of files to the hard one, so a shell's <c>ulimit</c>
/// does not apply.
/// </summary>
internal sealed class ProcessLimits
{
    /// <summary>
    /// Descriptors reserved for store, probes, provider, log and libraries, never used for clients
    /// or upstreams.
    /// </summary>
    public const int ReservedFiles = 224;

    private const int MostFiles = 40_000 + ReservedFiles;

    public ProcessLimits(ServerOptions server)
        : this(server.Limits, FilesOfProcess(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
    {
    }

    internal ProcessLimits(LimitOptions options, int files, long memory)
    {
        Files = files;
        var free = Math.Max(64, Math.Min(files, MostFiles) - ReservedFiles);
        Connections = options.Connections ?? (int)Math.Clamp(memory / (64 * 1024), 32, free / 2);
        Upstream = options.Upstream ?? free - Math.Min(Connections, free / 2);
        Probes = options.Probes;
        ControlFrames = options.ControlFrames;
        AnswersInARow = options.AnswersInARow;
        StrangerUpstream = options.StrangerUpstream ?? Math.Clamp(Math.Min(files, MostFiles) / 8, 16, 256);
        StrangerStreams = options.StrangerStreams;
        StrangerHeaderBytes = options.StrangerHeaderBytes;
        StrangerHeaderBytesTotal = options.StrangerHeaderBytesTotal
            ?? Math.Clamp(memory / 32, 4 * 1024 * 1024, 256L * 1024 * 1024);
        StrangerRequests = options.StrangerRequests ?? (int)Math.Clamp(memory / (256 * 1024), 256, 16_384);
        StrangerTimeout = options.StrangerTimeout;
        Idle = options.Idle;
    }

    /// <summary>File descriptors that this process may open.</summary>
    public int Files { get; }

    /// <summary>
    /// Concurrent client connections on the main, web and ext_authz ports together.
    /// </summary>
    public int Connections { get; }

    /// <summary>Concurrent connections to the probe and metrics ports.</summary>
    public int Probes { get; }

    /// <summary>
    /// HTTP/2 frames without headers or data per second on a connection of a stranger.
    /// </summary>
    public int ControlFrames { get; }

    /// <summary>
    /// Responses without a wait after which a stranger's connection yields to others.
    /// </summary>
    public int AnswersInARow { get; }

    /// <summary>Concurrent connections to upstreams.</summary>
    public int Upstream { get; }

    /// <summary>Concurrent requests to public paths forwarded for strangers.</summary>
    public int StrangerUpstream { get; }

    /// <summary>Concurrent requests on one HTTP/2 connection of a stranger.</summary>
    public int StrangerStreams { get; }

    /// <summary>Decoded header bytes of the open requests on one such connection.</summary>
    public int StrangerHeaderBytes { get; }

    /// <summary>
    /// Decoded header bytes of the open requests on all such connections together.
    /// </summary>
    public long StrangerHeaderBytesTotal { get; }

    /// <summary>Concurrent HTTP/2 requests on all connections of strangers together.</summary>
    public int StrangerRequests { get; }

    /// <summary>How long a stranger may hold a resource without a byte of progress.</summary>
    public TimeSpan StrangerTimeout { get; }

    /// <summary>How long a connection may be silent between requests.</summary>
    public TimeSpan Idle { get; }

    // "Max open files            1024                 524288               files"
    private static int FilesOfProcess()
    {
        const string Row = "Max open files";
        try
        {
            var row = File.ReadLines("/proc/self/limits")
                .FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
            var soft = row?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return soft == "unlimited"
                ? MostFiles
                : int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 1024;
        }
    }
}
