using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Bearer;

/// <summary>
/// Asks somebody else about a token at a bounded price: requests with the same token share one call, at most 8 calls are under way and 64 wait, each for 10 s
/// at most; unknown tokens are held to a <see cref="UnknownTokenLimiter"/>, over it they are told to come again (429) without a call. A bad token is remembered for 10 s, a good one for
/// <c>CACHE_EXPIRATION_MINUTES</c> (when <c>CACHE_ENABLED</c>) and never beyond its end. An outage is remembered for 1 s, against tokens that were never good.
/// </summary>
internal sealed class RemoteTokenValidator(AccessOptions access, TimeProvider time, ILogger logger, string asked) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BadFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OutageFor = TimeSpan.FromSeconds(1);
    private readonly ConcurrencyLimiter _gate = new(new ConcurrencyLimiterOptions { PermitLimit = 8, QueueLimit = 64, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
    private readonly ConcurrentDictionary<string, Lazy<Task<AuthenticationResult>>> _underWay = new(StringComparer.Ordinal);
    private readonly UnknownTokenLimiter _budget = new(time);
    private readonly TokenCache _cache = new(time);
    private long _outageEndsAt;

    /// <param name="token">What was presented.</param>
    /// <param name="ask">Asks about it.</param>
    /// <param name="isVouchedFor">True when no stranger can have made the token up (its signature is its issuer's): it needs no place in the budget.</param>
    /// <param name="cancellationToken">Of the caller alone.</param>
    public ValueTask<AuthenticationResult> CheckAsync(
        BearerToken token, Func<CancellationToken, Task<RemoteAnswer>> ask, Func<ValueTask<bool>> isVouchedFor, CancellationToken cancellationToken)
    {
        if (_cache.Find(token.Digest) is { } known)
        {
            return new(known);
        }

        // Not the caller's token: others may wait for the same answer.
        var shared = _underWay.GetOrAdd(token.Digest, digest => new Lazy<Task<AuthenticationResult>>(() => RunAsync(digest, ask, isVouchedFor)));
        return new(shared.Value.WaitAsync(cancellationToken));
    }

    public void Dispose() => _gate.Dispose();

    private async Task<AuthenticationResult> RunAsync(string digest, Func<CancellationToken, Task<RemoteAnswer>> ask, Func<ValueTask<bool>> isVouchedFor)
    {
        try
        {
            using var place = await _gate.AcquireAsync();
            if (!place.IsAcquired)
            {
                return TokenRefusal.Busy;
            }

            // A token that was good is asked about anyway: no stranger's odd one keeps its owner out.
            var isProven = _cache.WasGood(digest);
            if (!isProven && time.GetUtcNow().UtcTicks < Interlocked.Read(ref _outageEndsAt))
            {
                return Unavailable();
            }

            isProven = isProven || await isVouchedFor();
            return isProven || _budget.TryTake() ? await AskAsync(digest, ask, isProven) : TokenRefusal.Busy;
        }
        finally
        {
            _underWay.TryRemove(digest, out _);
        }
    }

    private async Task<AuthenticationResult> AskAsync(string digest, Func<CancellationToken, Task<RemoteAnswer>> ask, bool isProven)
    {
        var answer = await TryAskAsync(ask);
        if (!isProven && answer.Verdict is not AuthenticationResult.Rejected)
        {
            _budget.GiveBack();
        }

        Remember(digest, answer);
        return answer.Verdict;
    }

    private async Task<RemoteAnswer> TryAskAsync(Func<CancellationToken, Task<RemoteAnswer>> ask)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            return await ask(limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogWarning("A bearer token could not be checked: {Asked} does not answer ({Reason}).", asked, e is RemoteUnavailableException ? e.Message : "it " + OutgoingFailure.Describe(e));
            return new RemoteAnswer(Unavailable());
        }
    }

    private void Remember(string digest, RemoteAnswer answer)
    {
        var now = time.GetUtcNow();
        switch (answer.Verdict)
        {
            case AuthenticationResult.Authenticated good:
                var end = now + access.CacheExpiration;
                _cache.Remember(digest, access.CacheEnabled ? good : null, answer.ExpiresAt is { } own && own < end ? own : end, wasGood: true);
                break;
            case AuthenticationResult.Rejected bad:
                _cache.Remember(digest, bad, now + BadFor, wasGood: false);
                break;
            default:
                Interlocked.Exchange(ref _outageEndsAt, (now + OutageFor).UtcTicks);
                break;
        }
    }

    private AuthenticationResult.Unavailable Unavailable() => new($"A bearer token cannot be checked now: {asked} does not answer.");
}

/// <summary>The one who was asked cannot answer; the message is for the log.</summary>
internal sealed class RemoteUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
