namespace AuthGateway.Sessions.Store;

/// <summary>The store cannot answer now.</summary>
/// <remarks>
/// The message is one sentence for the log and <c>/readyz</c>: it names the setting and the next
/// step, and no secret.
/// </remarks>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// The text for users. The message, with addresses and settings, is for the log and
    /// <c>/readyz</c>.
    /// </summary>
    public const string PublicMessage = "The session store does not answer.";

    /// <summary>
    /// True when the store reads but refuses writes: it is full or read-only, or its disk is.
    /// Sessions go on; logins do not.
    /// </summary>
    public bool RefusesWrites { get; init; }

    /// <summary>
    /// True when it refuses writes because it is full, so that waiting does not help. Default
    /// false.
    /// </summary>
    public bool IsFull { get; init; }
}
