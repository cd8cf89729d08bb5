using System.Text;

namespace AuthGateway.Testing;

/// <summary>Ways an endpoint of the provider misbehaves. A fault answers by itself and returns true, or returns false to let the endpoint go on.</summary>
internal static class Fault
{
    public static Func<HttpContext, Task<bool>> Answer(int status, string body, string contentType = "application/json") => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body, Encoding.UTF8);
        return true;
    };

    public static Func<HttpContext, Task<bool>> Bytes(int status, byte[] body) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(body);
        return true;
    };

    public static Func<HttpContext, Task<bool>> Redirect(string location, int status = 307) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.FromResult(true);
    };

    /// <summary>The endpoint answers only after <paramref name="gate"/>.</summary>
    public static Func<HttpContext, Task<bool>> Wait(Task gate) => async context =>
    {
        await gate.WaitAsync(context.RequestAborted);
        return false;
    };

    /// <summary>The connection dies without an answer.</summary>
    public static Func<HttpContext, Task<bool>> Drop { get; } = context =>
    {
        context.Abort();
        return Task.FromResult(true);
    };

    /// <summary>An announced length that never comes.</summary>
    public static Func<HttpContext, Task<bool>> Truncate { get; } = async context =>
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 10_000;
        await context.Response.WriteAsync("{\"access_token\":");
        await context.Response.Body.FlushAsync();
        context.Abort();
        return true;
    };

    /// <summary>A valid beginning and then blanks without end, until the reader gives up.</summary>
    public static Func<HttpContext, Task<bool>> Endless { get; } = async context =>
    {
        context.Response.ContentType = "application/json";
        var blanks = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
        for (var i = 0; i < 1024 && !context.RequestAborted.IsCancellationRequested; i++)
        {
            await context.Response.Body.WriteAsync(blanks, context.RequestAborted);
        }

        return true;
    };
}
