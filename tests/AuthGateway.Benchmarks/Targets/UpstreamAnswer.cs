using System.Text;

namespace AuthGateway.Benchmarks.Targets;

/// <summary>The application behind the proxies: 1 KiB of text; on <c>/who</c> the user ids it was told, one a line.</summary>
internal static class UpstreamAnswer
{
    private static readonly byte[] Body = Encoding.ASCII.GetBytes(new string('x', 1024));

    public static Task WriteAsync(HttpContext context)
    {
        var body = context.Request.Path == "/who"
            ? Encoding.UTF8.GetBytes(string.Join('\n', context.Request.Headers["kubeflow-userid"].ToArray()))
            : Body;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length);
    }
}
