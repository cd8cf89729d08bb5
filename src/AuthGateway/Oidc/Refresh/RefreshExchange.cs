using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>Sends a refresh token to the provider and keeps the lease until the response.</summary>
internal sealed class RefreshExchange(
    IRefreshCall request, SessionRenewal renewal, RefreshLog report, TimeProvider time)
{
    /// <summary>
    /// The limit for a call that must not be repeated, while its lease can be renewed: 5 min.
    /// </summary>
    public static readonly TimeSpan CallPatience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Sends the token and waits for the response while renewing the lease. No response within 10 s
    /// is recorded as a failure, which starts <c>PROVIDER_OUTAGE_GRACE</c>; the call continues.
    /// </summary>
    public async Task<RefreshResponse> SendAsync(RefreshAttempt refresh, string token)
    {
        var began = time.GetUtcNow();
        using var hangUp = new CancellationTokenSource(CallPatience, time);
        var call = request.SendAsync(token, hangUp.Token);
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, Task.Delay(SessionRenewal.HoldInterval, time, CancellationToken.None));
            if (!call.IsCompleted)
            {
                await HoldAsync(refresh, began);
            }
        }

        return await call;
    }

    /// <summary>
    /// Renews the lease during a call. The first time, records that the provider does not respond.
    /// </summary>
    private async Task HoldAsync(RefreshAttempt refresh, DateTimeOffset began)
    {
        var isFirst = refresh.Before.FailingSinceSeconds == 0;
        if (isFirst)
        {
            refresh.Before = refresh.Before with { FailingSinceSeconds = began.ToUnixTimeSeconds() };
            refresh.Session.Take(renewal.ContentOf(refresh.Lease, refresh.Before));
            report.Waiting(refresh.Session.Hash);
        }

        try
        {
            // Null when another process has taken the lease: the response is still awaited, and the
            // stored state then decides.
            var payload = refresh.IsNoted ? null : refresh.Before;
            if (await renewal.HoldAsync(refresh.Lease, refresh.Id, payload) is { } held)
            {
                refresh.Lease = held;
                refresh.IsNoted = true;
            }
        }
        catch (StoreUnavailableException)
        {
            // Retried in 10 s. No other process takes an expired lease from a holder that may have
            // a newer token.
        }
    }
}
