using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Bearer;

/// <summary>Validates tokens by a remote service with bounded cost.</summary>
/// <remarks>
/// Concurrent requests with the same token share one call. At most 8 calls run and 64 wait, each
/// for at most 10 s. Unknown tokens are limited by <see cref="UnknownTokenLimiter"/>; above the
/// limit they get 429 without a call. A rejected token is cached for 10 s, an accepted one for
/// <c>CACHE_EXPIRATION_MINUTES</c> (with <c>CACHE_ENABLED</c>), never beyond its expiry. An outage
/// is cached for 1 s, and affects only tokens that were never accepted.
/// </remarks>
internal sealed class RemoteTokenValidator(
    AccessOptions access, TimeProvider time, ILogger logger, string asked) : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BadFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OutageFor = TimeSpan.FromSeconds(1);
    private readonly ConcurrencyLimiter _gate = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = 8,
            QueueLimit = 64,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    private readonly ConcurrentDictionary<string, Lazy<Task<AuthenticationResult>>> _pending = new(
        StringComparer.Ordinal);
    private readonly UnknownTokenLimiter _budget = new(time);
    private readonly TokenCache _cache = new(time);
    private long _outageEndsAt;

    /// <param name="token">The presented token.</param>
    /// <param name="ask">Calls the remote service.</param>
    /// <param name="isGenuine">True when the token is certainly genuine (its issuer's signature
    /// is valid). It is then exempt from the limit for unknown tokens.</param>
    /// <param name="cancellationToken">Cancels the wait of this caller only.</param>
    public ValueTask<AuthenticationResult> CheckAsync(
        BearerToken token,
        Func<CancellationToken, Task<RemoteAnswer>> ask,
        Func<ValueTask<bool>> isGenuine,
        CancellationToken cancellationToken)
    {
        if (_cache.Find(token.Digest) is { } known)
        {
            return new(known);
        }

        // Without the caller's cancellation token: other requests may wait for the same result.
        var shared = _pending.GetOrAdd(
            token.Digest, digest => new Lazy<Task<AuthenticationResult>>(() => RunAsync(digest, ask, isGenuine)));
        return new(shared.Value.WaitAsync(cancellationToken));
    }

    public void Dispose() => _gate.Dispose();

    private async Task<AuthenticationResult> RunAsync(
        string digest, Func<CancellationToken, Task<RemoteAnswer>> ask, Func<ValueTask<bool>> isGenuine)
    {
        try
        {
            using var place = await _gate.AcquireAsync();
            if (!place.IsAcquired)
            {
                return TokenRefusal.Busy;
            }

            // A token that was accepted before is always checked, so that an outage caused by
            // another client's unusual token does not refuse it.
            var isProven = _cache.WasGood(digest);
            if (!isProven && time.GetUtcNow().UtcTicks < Interlocked.Read(ref _outageEndsAt))
            {
                return Unavailable();
            }

            isProven = isProven || await isGenuine();
            return isProven || _budget.TryTake() ? await AskAsync(digest, ask, isProven) : TokenRefusal.Busy;
        }
        finally
        {
            _pending.TryRemove(digest, out _);
        }
    }

    private async Task<AuthenticationResult> AskAsync(
        string digest, Func<CancellationToken, Task<RemoteAnswer>> ask, bool isProven)
    {
        var answer = await TryAskAsync(ask);
        if (!isProven && answer.Authentication is not AuthenticationResult.Rejected)
        {
            _budget.GiveBack();
        }

        Remember(digest, answer);
        return answer.Authentication;
    }

    private async Task<RemoteAnswer> TryAskAsync(Func<CancellationToken, Task<RemoteAnswer>> ask)
    {
        using var limit = new CancellationTokenSource(CallTimeout, time);
        try
        {
            return await ask(limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogWarning(
                "A bearer token could not be checked: {Asked} does not answer ({Reason}).",
                asked,
                e is RemoteUnavailableException ? e.Message : "it " + OutgoingFailure.Describe(e));
            return new RemoteAnswer(Unavailable());
        }
    }

    private void Remember(string digest, RemoteAnswer answer)
    {
        var now = time.GetUtcNow();
        switch (answer.Authentication)
        {
            case AuthenticationResult.Authenticated good:
                var end = now + access.CacheExpiration;
                _cache.Remember(
                    digest,
                    access.CacheEnabled ? good : null,
                    answer.ExpiresAt is { } own && own < end ? own : end,
                    wasGood: true);
                break;
            case AuthenticationResult.Rejected bad:
                _cache.Remember(digest, bad, now + BadFor, wasGood: false);
                break;
            default:
                Interlocked.Exchange(ref _outageEndsAt, (now + OutageFor).UtcTicks);
                break;
        }
    }

    private AuthenticationResult.Unavailable Unavailable() =>
        new($"A bearer token cannot be checked now: {asked} does not answer.");
}
