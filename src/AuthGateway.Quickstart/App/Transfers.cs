using System.Buffers;
using System.Globalization;

namespace AuthGateway.Quickstart.App;

/// <summary>Bodies of any size, never held in memory.</summary>
internal static class Transfers
{
    private const int Piece = 64 * 1024;

    /// <summary><c>/upload</c>: how many bytes arrived.</summary>
    public static async Task<IResult> CountAsync(HttpContext context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        var bytes = 0L;
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                bytes += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Results.Json(new { bytes });
    }

    /// <summary><c>/download?bytes=N</c>: exactly so many bytes, with a Content-Length.</summary>
    public static async Task StreamAsync(HttpContext context)
    {
        var left = Number(context, "bytes") ?? 0;
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = left;
        var piece = new byte[Piece];
        Array.Fill(piece, (byte)'x');
        while (left > 0)
        {
            var length = (int)Math.Min(left, Piece);
            await context.Response.Body.WriteAsync(piece.AsMemory(0, length), context.RequestAborted);
            left -= length;
        }
    }

    /// <returns><c>null</c> when the parameter is missing or no whole number from 0.</returns>
    public static long? Number(HttpContext context, string parameter) =>
        long.TryParse(context.Request.Query[parameter], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
