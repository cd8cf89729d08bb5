using System.Collections.Concurrent;
using AuthGateway.Configuration;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>
/// Refreshes sessions in use: one refresh per session at a time (in this process by a shared task, across processes by the store's lease), finished and
/// stored whatever becomes of the request that began it. It never fails a request: <c>invalid_grant</c> ends the session, trouble does not, unless
/// <c>STRICT_SESSION_VALIDATION</c> is on, the access token is over and the provider's refusal is final: nobody could confirm it any more.
/// </summary>
internal sealed class TokenRefresher(
    ProviderOptions provider, SessionRenewal renewal, SessionLifecycle sessions, RefreshRequest request, RefreshAdoption adoption, RefreshReport report, TimeProvider time)
{
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
            ? Task.WhenAny(refresh, Task.Delay(Patience, TimeProvider.System))
            : Task.CompletedTask;
    }

    /// <summary>The one refresh of this session that runs now; never fails. Nothing happens without the session's key, or when it is not due.</summary>
    public Task RefreshAsync(Session session)
    {
        if (session.Key is not { } id)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _running.GetOrAdd(session.Hash, done.Task);
        if (ReferenceEquals(running, done.Task))
        {
            _ = RunAsync(session, id, done);
        }

        return running;
    }

    /// <summary>Waits for what is under way: a rotated refresh token must not be lost at a shutdown.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => Task.WhenAll(_running.Values).WaitAsync(cancellationToken);

    private async Task RunAsync(Session session, SessionId id, TaskCompletionSource done)
    {
        try
        {
            // Whoever saw it due may come when it has just been done.
            if (!session.HasEnded && session.IsRefreshDue(time.GetUtcNow()))
            {
                await RefreshAsync(session, id);
            }
        }
        catch (StoreUnavailableException)
        {
            Fail(session, "store_unavailable");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(session, e.GetType().Name);
        }
        finally
        {
            _running.TryRemove(session.Hash, out _);
            done.SetResult();
        }
    }

    private async Task RefreshAsync(Session session, SessionId id)
    {
        if (await renewal.LeaseAsync(session) is not { } lease)
        {
            // Somebody else is at it, or the row is gone: it is read again before the next use.
            session.IsStale = true;
            session.RetryRefreshAt(time.GetUtcNow() + ElsewhereInterval);
            report.LeftToAnother();
            return;
        }

        if (await renewal.ReadAsync(id) is not { } stored)
        {
            await sessions.EndAsync(session.Hash, CancellationToken.None);
            return;
        }

        if (stored.Payload.RefreshToken is not { } token || stored.Content.RefreshDueAt > time.GetUtcNow())
        {
            session.Take(stored.Content);
            session.RefreshSucceeded();
            await renewal.ReleaseAsync(lease);
            report.LeftToAnother();
            return;
        }

        await FinishAsync(new Refresh(session, id, lease, stored.Payload), await request.SendAsync(token));
    }

    private async Task FinishAsync(Refresh refresh, RefreshAnswer answer)
    {
        switch (answer)
        {
            case RefreshAnswer.Refused(var description):
                report.Ended(refresh.Session.Hash, "invalid_grant", description);
                await sessions.EndAsync(refresh.Session.Hash, CancellationToken.None, ProviderWords.ReasonOf(description));
                break;
            case RefreshAnswer.Trouble { IsFinal: true } refusal when provider.StrictSessionValidation && TokenLife.IsAccessOver(refresh.Before, time.GetUtcNow()):
                report.Ended(refresh.Session.Hash, refusal.Reason, "STRICT_SESSION_VALIDATION, and no access token is left to ask with");
                await sessions.EndAsync(refresh.Session.Hash, CancellationToken.None, SessionEnd.EndedByProvider);
                break;
            case RefreshAnswer.Trouble(var reason, _):
                await adoption.NoteFailureAsync(refresh);
                Fail(refresh.Session, reason, provider.StrictSessionValidation ? refresh.Before.AccessTokenExpiresAtSeconds : 0);
                break;
            case RefreshAnswer.Tokens tokens:
                await adoption.AdoptAsync(refresh, tokens);
                break;
        }
    }

    /// <param name="session">It lives on.</param>
    /// <param name="reason">What went wrong.</param>
    /// <param name="atLatest">Where the next attempt must not wait beyond a coming end: Unix seconds.</param>
    private void Fail(Session session, string reason, long atLatest = 0)
    {
        session.RefreshFailed(time.GetUtcNow(), DateTimeOffset.FromUnixTimeSeconds(atLatest));
        report.Failed(session.Hash, reason);
    }
}

/// <summary>One refresh under way.</summary>
internal sealed record Refresh(Session Session, SessionId Id, RefreshLease Lease, SessionPayload Before);
