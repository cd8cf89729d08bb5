using System.Collections.Concurrent;
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
    RefreshLeases leases, RefreshExchange exchange, RefreshOutcomes outcomes, RefreshLog report, TimeProvider time)
{
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
                await RefreshUnderLeaseAsync(session, id, refused);
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

    private async Task RefreshUnderLeaseAsync(Session session, SessionId id, string? refused)
    {
        if (await leases.TakeAsync(session, id, refused) is not { } refresh)
        {
            return;
        }

        await (refresh.Read.RefreshToken is { } token
            ? outcomes.ApplyAsync(refresh, await exchange.SendAsync(refresh, token))
            : outcomes.ConfirmAsync(refresh));
    }
}
