namespace AuthGateway.Sessions;

/// <summary>What is known of the store, for readiness: losing it makes us unready after 30 s, never at once.</summary>
internal sealed class StoreHealth(TimeProvider time, ILogger<StoreHealth> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private string? _reason = "The session store has not been opened yet.";
    private DateTimeOffset? _downSince = DateTimeOffset.MinValue;

    public bool IsUp
    {
        get
        {
            lock (_gate)
            {
                return _downSince is null;
            }
        }
    }

    /// <summary>Null when ready; else why not.</summary>
    public string? NotReadyReason
    {
        get
        {
            lock (_gate)
            {
                return _downSince is { } since && time.GetUtcNow() - since >= Patience ? _reason : null;
            }
        }
    }

    public void Up()
    {
        lock (_gate)
        {
            if (_downSince is not null && _downSince != DateTimeOffset.MinValue)
            {
                logger.LogWarning("The session store answers again.");
            }

            _downSince = null;
        }
    }

    public void Down(string reason)
    {
        lock (_gate)
        {
            if (_downSince is null || _reason != reason)
            {
                logger.LogError("{Reason}", reason);
            }

            _reason = reason;
            _downSince ??= time.GetUtcNow();
        }
    }
}
