using System.Globalization;
using System.Text;

namespace AuthGateway.Benchmarks.Targets;

/// <summary>
/// The application behind the proxies. <c>/who</c>: the user ids that it was told, one a line. <c>/bulk/N</c>: GET sends N
/// bytes, POST counts those that came. Everything else: 1 KiB of text.
/// </summary>
internal static class UpstreamAnswer
{
    private const string Bulk = "/bulk/";
    private static readonly byte[] Body = Encoding.ASCII.GetBytes(new string('x', 1024));
    private static readonly byte[] Block = Encoding.ASCII.GetBytes(new string('b', 64 * 1024));

    public static Task WriteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.StartsWith(Bulk, StringComparison.Ordinal))
        {
            return context.Request.Method == "POST"
                ? CountAsync(context)
                : SendAsync(context, long.Parse(path.AsSpan(Bulk.Length), CultureInfo.InvariantCulture));
        }

        return WriteAsync(context, path == "/who"
            ? Encoding.UTF8.GetBytes(string.Join('\n', context.Request.Headers["kubeflow-userid"].ToArray()))
            : Body);
    }

    private static Task WriteAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length);
    }

    private static async Task SendAsync(HttpContext context, long length)
    {
        context.Response.ContentLength = length;
        for (var rest = length; rest > 0; rest -= Block.Length)
        {
            await context.Response.Body.WriteAsync(Block.AsMemory(0, (int)Math.Min(rest, Block.Length)));
        }
    }

    private static async Task CountAsync(HttpContext context)
    {
        var buffer = new byte[Block.Length];
        var count = 0L;
        while (await context.Request.Body.ReadAsync(buffer) is var read and > 0)
        {
            count += read;
        }

        await WriteAsync(context, Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture)));
    }
}
