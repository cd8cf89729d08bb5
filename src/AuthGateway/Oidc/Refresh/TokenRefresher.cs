using System.Collections.Concurrent;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Refreshes sessions in use. Never fails a request. The states of a refresh are documented in
/// docs/refresh.md.
/// </summary>
/// <remarks>
/// One refresh per session at a time: within this process by a shared task, across processes by the
/// store's lease. A refresh is completed and stored even when the request that started it ends.
/// </remarks>
internal sealed class TokenRefresher(
    SessionRenewal renewal,
    SessionLifecycle sessions,
    IRefreshCall request,
    RefreshOutcomes outcomes,
    RefreshLog report,
    ShutdownDeadline end,
    TimeProvider time)
{
    /// <summary>
    /// The limit for a call that must not be repeated, while its lease can be renewed: 5 min.
    /// </summary>
    public static readonly TimeSpan CallPatience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time that must be left after SIGTERM to send a refresh token: 25 s for the provider's
    /// response, 1 s to store it.
    /// </summary>
    public static readonly TimeSpan NeededBeforeTheEnd = TimeSpan.FromSeconds(26);

    private static readonly TimeSpan ElsewhereInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<SessionHash, Task> _running = new();

    /// <summary>
    /// Starts the refresh of a session that is due, for a request. Returns at once, unless the
    /// claims are older than they may be used unconfirmed; then it waits, at most 3 s.
    /// </summary>
    public Task RefreshIfDueAsync(Session session)
    {
        var refresh = RefreshAsync(session);
        return time.GetUtcNow() >= session.Content.UnconfirmedAfter
            ? Task.WhenAny(refresh, Task.Delay(RequestTimeout, time))
            : Task.CompletedTask;
    }

    /// <summary>
    /// Joins or starts the refresh of this session. Never fails. Does nothing without the session's
    /// key, or when no refresh is due.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="refused">
    /// An access token that the provider refused before its expiration: a refresh is due as long as
    /// the session has no other.
    /// </param>
    public Task RefreshAsync(Session session, string? refused = null)
    {
        if (session.Key is not { } id)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _running.GetOrAdd(session.Hash, done.Task);
        if (ReferenceEquals(running, done.Task))
        {
            _ = RunAsync(session, id, refused, done);
        }

        return running;
    }

    /// <summary>The number of refreshes in progress.</summary>
    public int Running => _running.Count;

    /// <summary>
    /// Waits for the refreshes in progress: a rotated refresh token must not be lost at shutdown.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        const ConfigureAwaitOptions options =
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(options);
        if (cancellationToken.IsCancellationRequested && Running is > 0 and var count)
        {
            report.BrokenOff(count);
        }
    }

    private async Task RunAsync(Session session, SessionId id, string? refused, TaskCompletionSource done)
    {
        try
        {
            // Another task may have completed the refresh since the caller saw it due.
            var now = time.GetUtcNow();
            if (!session.HasEnded
                && (session.IsRefreshDue(now) || (refused is not null && session.MayTryRefresh(now))))
            {
                await RefreshAsync(session, id, refused);
            }
        }
        catch (StoreUnavailableException)
        {
            outcomes.Fail(session, "store_unavailable");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            outcomes.Fail(session, e.GetType().Name);
        }
        finally
        {
            _running.TryRemove(session.Hash, out _);
            done.SetResult();
        }
    }

    private async Task RefreshAsync(Session session, SessionId id, string? refused)
    {
        if (await renewal.ReadAsync(id) is not { } stored)
        {
            await sessions.EndAsync(session.Hash, CancellationToken.None);
            return;
        }

        var now = time.GetUtcNow();
        var isWanted = refused is not null
            ? stored.Payload.AccessToken == refused && stored.Payload.RetryAtSeconds <= now.ToUnixTimeSeconds()
            : stored.Content.RefreshDueAt <= now;
        if (!isWanted || (stored.Payload.RefreshToken is null && !stored.Payload.IsKeptByAccessToken))
        {
            session.Take(stored.Content);
            session.RefreshSucceeded();
            report.LeftToAnother();
            return;
        }

        // A refused access token counts as expired, whatever its lifetime.
        var before = refused is null || TokenLifetime.IsAccessTokenExpired(stored.Payload, now)
            ? stored.Payload
            : stored.Payload with { AccessTokenExpiresAtSeconds = now.ToUnixTimeSeconds() };
        if (!MayBegin(stored)
            || await renewal.LeaseAsync(session.Hash, stored with { Payload = before }) is not { } lease)
        {
            LeaveToAnother(session);
            return;
        }

        if (!MayBegin(stored))
        {
            await renewal.ReleaseAsync(lease);
            LeaveToAnother(session);
            return;
        }

        var refresh = new RefreshAttempt(session, id, stored.Payload) { Lease = lease, Before = before };
        await (stored.Payload.RefreshToken is { } token
            ? outcomes.ApplyAsync(refresh, await SendAsync(refresh, token))
            : outcomes.ConfirmAsync(refresh));
    }

    // The process must not be stopped between the provider's rotation of the token and the write to
    // the store.
    private bool MayBegin(StoredSession stored) =>
        stored.Payload.RefreshToken is null || end.Leaves(NeededBeforeTheEnd);

    /// <summary>
    /// Leaves the refresh to another process, which holds the lease, may hold a newer token or has
    /// more time. The row is read again before the next use.
    /// </summary>
    private void LeaveToAnother(Session session)
    {
        session.IsStale = true;
        session.RetryRefreshAt(time.GetUtcNow() + ElsewhereInterval);
        report.LeftToAnother();
    }

    /// <summary>
    /// Sends the token and waits for the response while renewing the lease. No response within 10 s
    /// is recorded as a failure, which starts <c>PROVIDER_OUTAGE_GRACE</c>; the call continues.
    /// </summary>
    private async Task<RefreshResponse> SendAsync(RefreshAttempt refresh, string token)
    {
        var began = time.GetUtcNow();
        using var hangUp = new CancellationTokenSource(CallPatience, time);
        var call = request.SendAsync(token, hangUp.Token);
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, Task.Delay(SessionRenewal.HoldInterval, time, CancellationToken.None));
            if (!call.IsCompleted)
            {
                await outcomes.HoldAsync(refresh, began);
            }
        }

        return await call;
    }
}
