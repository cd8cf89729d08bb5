using System.Threading.RateLimiting;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Limits the concurrent calls to the provider that visitors without a session may cause
/// (<c>PROVIDER_CALLS_MAX</c>, default 32): token, userinfo and pushed authorization requests of
/// logins. The same number of calls may wait, each for up to 5 s; further calls fail with a
/// <see cref="ProviderBusyException"/>. Refreshes of sessions and fetches of the provider's
/// metadata are not limited here.
/// </summary>
/// <param name="places">The number of concurrent calls.</param>
/// <param name="refused">Called for each call that is rejected.</param>
internal sealed class VisitorCallLimiter(int places, Action refused) : DelegatingHandler
{
    /// <summary>How long a call may wait for a permit: 5 s.</summary>
    private static readonly TimeSpan QueueTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = places,
        QueueLimit = places,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Number of calls in progress and waiting.</summary>
    public long InUse => _limiter.GetStatistics() is { } now
        ? places - now.CurrentAvailablePermits + now.CurrentQueuedCount
        : 0;

    /// <summary>
    /// The error that a further call would end with now; null when one may begin or wait.
    /// </summary>
    public ProviderBusyException? FindRefusal() => InUse < 2 * places ? null : Refused();

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var permit = await AcquireAsync(cancellationToken);
        if (!permit.IsAcquired)
        {
            throw Refused();
        }

        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _limiter.Dispose();
        }

        base.Dispose(disposing);
    }

    private ProviderBusyException Refused()
    {
        refused();
        return new ProviderBusyException(places);
    }

    private async ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken)
    {
        var immediate = _limiter.AttemptAcquire();
        if (immediate.IsAcquired)
        {
            return immediate;
        }

        immediate.Dispose();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(QueueTimeout);
        try
        {
            return await _limiter.AcquireAsync(1, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refused();
        }
    }
}
