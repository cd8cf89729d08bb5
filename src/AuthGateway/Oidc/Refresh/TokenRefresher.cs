using System.Collections.Concurrent;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Refreshes sessions in use: one refresh per session at a time (in this process by a shared task, across processes by the store's lease), finished and
/// stored whatever becomes of the request that began it. It never fails a request. The states of a refresh and who may do what: docs/refresh.md.
/// </summary>
internal sealed class TokenRefresher(
    SessionRenewal renewal, SessionLifecycle sessions, IRefreshCall request, RefreshOutcomes outcomes, RefreshLog report,
    ProcessEnd end, TimeProvider time)
{
    /// <summary>How long a call that may not be repeated may take, as long as its lease can be renewed: 5 min.</summary>
    public static readonly TimeSpan CallPatience = TimeSpan.FromMinutes(5);

    /// <summary>After SIGTERM a refresh token is sent only when so much time is left: 25 s for the provider's answer, 1 s to store it.</summary>
    public static readonly TimeSpan NeededBeforeTheEnd = TimeSpan.FromSeconds(26);

    private static readonly TimeSpan ElsewhereInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<SessionHash, Task> _running = new();

    /// <summary>
    /// For a request of a session that is due: begins the refresh and returns at once, unless the provider has not been asked for longer than claims may
    /// be used unasked; then it waits, at most 3 s.
    /// </summary>
    public Task MindAsync(Session session)
    {
        var refresh = RefreshAsync(session);
        return time.GetUtcNow() >= session.Content.UnconfirmedAfter
            ? Task.WhenAny(refresh, Task.Delay(Patience, time))
            : Task.CompletedTask;
    }

    /// <summary>The one refresh of this session that runs now; never fails. Nothing happens without the session's key, or when it is not due.</summary>
    /// <param name="session">Whose tokens.</param>
    /// <param name="refused">An access token that the provider refused ahead of its told end: due as long as the session has no other.</param>
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

    /// <summary>Refreshes under way.</summary>
    public int Running => _running.Count;

    /// <summary>Waits for what is under way: a rotated refresh token must not be lost at a shutdown.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (cancellationToken.IsCancellationRequested && Running is > 0 and var count)
        {
            report.BrokenOff(count);
        }
    }

    private async Task RunAsync(Session session, SessionId id, string? refused, TaskCompletionSource done)
    {
        try
        {
            // Whoever saw it due may come when it has just been done.
            var now = time.GetUtcNow();
            if (!session.HasEnded && (session.IsRefreshDue(now) || (refused is not null && session.MayTryRefresh(now))))
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
        var isWanted = refused is not null ? stored.Payload.AccessToken == refused && stored.Payload.RetryAtSeconds <= now.ToUnixTimeSeconds() : stored.Content.RefreshDueAt <= now;
        if (!isWanted || (stored.Payload.RefreshToken is null && !stored.Payload.IsKeptByAccessToken))
        {
            session.Take(stored.Content);
            session.RefreshSucceeded();
            report.LeftToAnother();
            return;
        }

        // A refused access token is over, whatever life was told.
        var before = refused is null || TokenLifetime.IsAccessOver(stored.Payload, now) ? stored.Payload : stored.Payload with { AccessTokenExpiresAtSeconds = now.ToUnixTimeSeconds() };
        if (!MayBegin(stored) || await renewal.LeaseAsync(session.Hash, stored with { Payload = before }) is not { } lease)
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
            ? outcomes.TakeInAsync(refresh, await SendAsync(refresh, token))
            : outcomes.ConfirmAsync(refresh));
    }

    // A process that is about to end must not be broken off between the provider's rotation and its own write.
    private bool MayBegin(StoredSession stored) => stored.Payload.RefreshToken is null || end.Leaves(NeededBeforeTheEnd);

    /// <summary>Somebody else is at it, may hold a newer token, or has more time: the row is read again before the next use.</summary>
    private void LeaveToAnother(Session session)
    {
        session.IsStale = true;
        session.RetryRefreshAt(time.GetUtcNow() + ElsewhereInterval);
        report.LeftToAnother();
    }

    /// <summary>
    /// Sends the token and waits for the answer as long as that may take, with a lease that lives meanwhile. No answer within 10 s is a failure like any
    /// other: it is noted at once, and begins <c>PROVIDER_OUTAGE_GRACE</c>, without giving up the call.
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
