using System.Threading.RateLimiting;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// How many calls to the provider visitors without a session may cause at a time (<c>PROVIDER_CALLS_MAX</c>, default 32): logins' token, userinfo and pushed
/// authorization requests. As many wait, each for 5 s at most; more are refused. Refreshes of live sessions and the provider's metadata do not pass here.
/// </summary>
/// <param name="places">How many.</param>
/// <param name="refused">Called for each call that found no place.</param>
internal sealed class CallBudget(int places, Action refused) : DelegatingHandler
{
    /// <summary>How long a call may wait for its place: 5 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrencyLimiter _gate = new(new ConcurrencyLimiterOptions { PermitLimit = places, QueueLimit = places, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>Calls under way and waiting.</summary>
    public long InUse => _gate.GetStatistics() is { } now ? places - now.CurrentAvailablePermits + now.CurrentQueuedCount : 0;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var place = await AcquireAsync(cancellationToken);
        if (!place.IsAcquired)
        {
            throw Refused();
        }

        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gate.Dispose();
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
        var now = _gate.AttemptAcquire();
        if (now.IsAcquired)
        {
            return now;
        }

        now.Dispose();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        try
        {
            return await _gate.AcquireAsync(1, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refused();
        }
    }
}

/// <summary>Every place for logins' calls to the provider is taken.</summary>
internal sealed class ProviderBusyException(int places)
    : HttpRequestException($"{places} logins are waiting for the provider already (PROVIDER_CALLS_MAX)");
