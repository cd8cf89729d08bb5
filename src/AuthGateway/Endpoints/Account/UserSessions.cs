using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Limits;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Endpoints.Account;

/// <summary>
/// All sessions of one user, found by issuer and by the <c>sub</c> of the user's own session.
/// </summary>
internal sealed class UserSessions(
    ProviderOptions provider,
    ISessionStore store,
    SessionLifecycle sessions,
    TimeProvider time,
    ILogger<MySessionsEndpoint> logger)
{
    private const int Limit = 1000;

    /// <summary>Every other live session of the same user, last used first.</summary>
    /// <exception cref="StoreUnavailableException">The sessions cannot be read.</exception>
    public async Task<IReadOnlyList<SessionSummary>> OthersAsync(Session own, CancellationToken cancellationToken)
    {
        // Without a subject the filter would match every user.
        if (own.Identity.Subject is not { Length: > 0 } subject)
        {
            return [];
        }

        var now = time.GetUtcNow();
        var all = await store.ListAsync(
            new SessionFilter { Issuer = provider.Issuer, Subject = subject }, Limit, cancellationToken);
        return [.. all.Where(session => session.Hash != own.Hash && session.ExpiresAt > now)];
    }

    /// <summary>
    /// Ends those of the other sessions that <paramref name="isMeant"/> selects; returns how many.
    /// </summary>
    public async Task<int> EndOthersAsync(Session own, Func<SessionSummary, bool> isMeant)
    {
        // Not the request's cancellation token: an end that was begun is finished.
        var meant = (await OthersAsync(own, CancellationToken.None)).Where(isMeant).ToList();
        foreach (var session in meant)
        {
            await sessions.EndAsync(session.Hash, CancellationToken.None);
        }

        logger.LogInformation(
            "{UserId} ended {Count} other session(s) of their own.", own.Identity.UserId, meant.Count);
        return meant.Count;
    }

    /// <summary>
    /// True when this session began with a login with <c>prompt=login</c>, minutes ago.
    /// </summary>
    public async Task<bool> IsFreshAsync(LiveSession own, CancellationToken cancellationToken) =>
        await sessions.ReadPayloadAsync(own.Id, cancellationToken) is { } payload
        && FreshLogin.Holds(payload, time.GetUtcNow());
}
