using AuthGateway.Model;

namespace AuthGateway.Limits;

/// <summary>Requests to public paths that are forwarded for strangers: how many at a time (each may hold a connection to the upstream), and how long without a byte.</summary>
internal sealed class StrangerForwards(ProcessLimits limits, LimitReport report)
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    /// <summary>False when there is no place; else <see cref="Leave"/> must follow.</summary>
    /// <param name="context">The request to a public path.</param>
    /// <param name="connection">The connection that it came by.</param>
    /// <param name="isShared">True for a trusted proxy's connection: a session that was shown there is another person's.</param>
    public bool TryEnter(HttpContext context, ClientConnection connection, bool isShared)
    {
        if (Interlocked.Increment(ref _open) > limits.StrangerUpstream)
        {
            Interlocked.Decrement(ref _open);
            report.Reached(LimitTable.StrangerUpstream);
            return false;
        }

        connection.Forward(1);
        var body = context.Request.Body;
        context.Request.Body = new PatientStream(body, limits.StrangerTimeout, () => GiveUp(context, connection, isShared, LimitTable.UnfinishedBody));
        context.Response.Body = new PatientStream(context.Response.Body, limits.StrangerTimeout, () => GiveUp(context, connection, isShared, LimitTable.UnreadAnswer));
        return true;
    }

    public void Leave(ClientConnection connection)
    {
        connection.Forward(-1);
        Interlocked.Decrement(ref _open);
    }

    // One that has shown a session meanwhile may be as slow as it likes.
    private bool GiveUp(HttpContext context, ClientConnection connection, bool isShared, Limit limit)
    {
        if (connection.HasShownIdentity && !isShared)
        {
            return false;
        }

        report.Reached(limit);
        context.Abort();
        return true;
    }
}
