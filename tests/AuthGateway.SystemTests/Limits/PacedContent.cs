using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;

namespace AuthGateway.SystemTests.Limits;

/// <summary>A body that is sent at 100 kB/s, whatever time the single writes take.</summary>
internal sealed class PacedContent(int length) : HttpContent
{
    /// <summary>Length and hash of such a body.</summary>
    public static string Sum(int length, int piece)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < length / piece; i++)
            hash.AppendData(NotebookUpstream.Piece(i, piece));
        return NotebookUpstream.Sum(length, hash);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < length / NotebookSizes.UploadPiece; i++)
        {
            if ((i * NotebookSizes.UploadPause) - clock.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early);
            await stream.WriteAsync(NotebookUpstream.Piece(i, NotebookSizes.UploadPiece));
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long bytes)
    {
        bytes = length;
        return true;
    }
}
