using System.Globalization;

namespace AuthGateway.SystemTests.Limits;

/// <summary>What is under way on a notebook day.</summary>
/// <param name="UploadBytes">Of each upload, sent at 100 kB/s.</param>
/// <param name="Silence">Between two events of the event stream.</param>
internal sealed record NotebookSizes(int UploadBytes, TimeSpan Silence)
{
    public const int Sockets = 50;
    public const int Uploads = 4;
    public const int Downloads = 200;
    public const int UploadPiece = 10_000;
    public const int DownloadPiece = 40_000;

    /// <summary>One piece per pause: 100 kB/s.</summary>
    public static readonly TimeSpan UploadPause = TimeSpan.FromSeconds(0.1);

    /// <summary>As the issue has it: 100 MB, which takes 1,000 s, and a minute of silence.</summary>
    public static NotebookSizes Full { get; } = new(100_000_000, TimeSpan.FromSeconds(60)) { DownloadPause = TimeSpan.FromSeconds(5) };

    /// <summary>For each run of the tests: 2 MB, which take 20 s, and a silence as long.</summary>
    public static NotebookSizes Short { get; } = new(2_000_000, TimeSpan.FromSeconds(20));

    public TimeSpan DownloadPause { get; private init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time that the uploads need.</summary>
    public TimeSpan Duration => UploadBytes / UploadPiece * UploadPause;

    /// <summary>As many as fit into that time, and the first.</summary>
    public int Events => 1 + (int)Math.Round(Duration / Silence);

    /// <summary>As many as fit into that time.</summary>
    public int DownloadPieces => (int)(Duration / DownloadPause);

    public static string Event(int number) => string.Create(CultureInfo.InvariantCulture, $"data: {number}\n\n");
}
