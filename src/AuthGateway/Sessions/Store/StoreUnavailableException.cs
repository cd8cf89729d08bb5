namespace AuthGateway.Sessions.Store;

/// <summary>The store cannot answer now. The message is one sentence fit for <c>/readyz</c>: it names the setting and the next step, nothing secret.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>All that a visitor is told; the message, with addresses and settings, is for the log and <c>/readyz</c>.</summary>
    public const string ForVisitors = "The session store does not answer.";

    /// <summary>True when the store reads and refuses writes alone: full, read-only, or its disk is. Sessions go on; logins do not.</summary>
    public bool RefusesWrites { get; init; }

    /// <summary>True when it refuses them because it is full: waiting alone does not help. Default false.</summary>
    public bool IsFull { get; init; }
}
