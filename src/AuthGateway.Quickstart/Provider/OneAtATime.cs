namespace AuthGateway.Quickstart.Provider;

/// <summary>
/// Protocol requests are answered one after the other: the database in memory has a single connection, and one connection
/// serves one command at a time. Metadata, keys and the login page do not touch it and do not wait.
/// </summary>
internal sealed class OneAtATime : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(ProviderPaths.Protocol))
        {
            await next(context);
            return;
        }

        using (await EnterAsync(context.RequestAborted))
        {
            await next(context);
        }
    }

    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
