using System.Net;

namespace AuthGateway.SystemTests.Wire;

/// <summary>A request body of a given size that is never held in memory.</summary>
internal sealed class CountedContent(long bytes) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var block = new byte[256 * 1024];
        for (var left = bytes; left > 0; left -= Math.Min(left, block.Length))
            await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes;
        return true;
    }
}
