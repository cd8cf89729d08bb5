using System.Diagnostics.CodeAnalysis;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Provider.Metadata;
using AuthGateway.Oidc.Refresh;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Holds the provider's metadata and keys, fetched in the background
/// (<see cref="ProviderRefresh"/>). A visitor never waits for discovery and never causes it, except
/// for one throttled refetch of the keys when a token names an unknown one.
/// </summary>
/// <remarks>
/// Not a <c>BaseConfigurationManager</c>: that class would keep accepting last-known-good keys.
/// </remarks>
internal sealed class ProviderMetadata : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    private readonly SemaphoreSlim _single = new(1, 1);
    private readonly MetadataFetcher _fetcher;
    private readonly TimeProvider _time;
    private readonly Throttle[] _throttles;
    private volatile OpenIdConnectConfiguration? _current;
    private readonly Lock _refetchGate = new();
    private Task _refetch = Task.CompletedTask;
    private long _refetchedAt;

    public ProviderMetadata(MetadataFetcher fetcher, TimeProvider time)
    {
        _fetcher = fetcher;
        _time = time;
        _throttles =
        [
            new(TimeSpan.FromSeconds(1), time),
            new(TimeSpan.FromSeconds(10), time),
            new(TimeSpan.FromSeconds(2), time),
        ];
    }

    /// <summary>Why no metadata is known: one sentence for <c>/readyz</c> and the log.</summary>
    public string? LastProblem { get; private set; } = "Discovery has not been tried yet.";

    /// <summary>
    /// The omitted entries of the last metadata with the reasons, in one line; null when there are
    /// none.
    /// </summary>
    public string? Note { get; private set; }

    /// <summary>The current metadata; false before the first successful fetch.</summary>
    public bool TryGet([NotNullWhen(true)] out OpenIdConnectConfiguration? configuration) =>
        (configuration = _current) is not null;

    /// <summary>
    /// True when the provider announces <c>iss</c> in authorization responses (RFC 9207 §3).
    /// </summary>
    public bool AnnouncesIssuerParameter { get; private set; }

    /// <summary>
    /// The issuer of access tokens where it differs from the provider's issuer (AD FS,
    /// <c>access_token_issuer</c>); null otherwise.
    /// </summary>
    public string? AccessTokenIssuer { get; private set; }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
        _current is { } known ? Task.FromResult(known) : throw new ProviderUnknownException();

    public void RequestRefresh()
    {
        // The OpenID Connect handler calls this after an unknown key. ProviderTokenHandler has
        // already refetched the keys.
    }

    /// <summary>
    /// Fetches metadata and keys once. Keeps the current ones and returns false on failure.
    /// </summary>
    public async Task<bool> TryFetchAsync(CancellationToken cancellationToken)
    {
        await _single.WaitAsync(cancellationToken);
        try
        {
            var fetched = await _fetcher.FetchAsync(cancellationToken);
            AnnouncesIssuerParameter = fetched.AnnouncesIssuerParameter;
            _current = fetched.Configuration;
            LastProblem = null;
            Note = fetched.Note;
            AccessTokenIssuer = fetched.AccessTokenIssuer;
            return true;
        }
        catch (MetadataException e)
        {
            LastProblem = e.Message;
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // No response of the provider may end the process.
            LastProblem =
                "OIDC_PROVIDER: the provider's metadata or key set could not be read "
                + $"({e.GetType().Name}); trying again.";
            return false;
        }
        finally
        {
            _single.Release();
        }
    }

    /// <summary>
    /// Refetches the keys after an unknown <c>kid</c>. Concurrent callers share one fetch.
    /// </summary>
    /// <remarks>
    /// For bearer tokens at most one fetch in 10 s, successful or failed, so that a flood of
    /// invalid tokens causes no load on the provider. For tokens received from the provider itself
    /// at most one fetch a second, independent of the others. A logout token is sent only once and
    /// by any sender: it waits until the next fetch is allowed, at most 2 s.
    /// </remarks>
    public async Task<IReadOnlyCollection<SecurityKey>> RefetchKeysAsync(
        TokenSource source, CancellationToken cancellationToken)
    {
        var throttle = _throttles[(int)source];
        var askedAt = _time.GetTimestamp();
        while (source == TokenSource.Logout
            && throttle.Wait is { Ticks: > 0 } wait
            && Interlocked.Read(ref _refetchedAt) < askedAt)
        {
            // A timer may fire slightly early.
            await Task.Delay(wait + TimeSpan.FromMilliseconds(10), _time, cancellationToken);
        }

        await RefetchOnce(throttle).WaitAsync(cancellationToken);
        return [.. _current?.SigningKeys ?? []];
    }

    private Task RefetchOnce(Throttle throttle)
    {
        lock (_refetchGate)
        {
            if (_refetch.IsCompleted && throttle.TryTake())
            {
                Interlocked.Exchange(ref _refetchedAt, _time.GetTimestamp());
                _refetch = TryFetchAsync(CancellationToken.None);
            }

            return _refetch;
        }
    }

    public void Dispose() => _single.Dispose();

    private sealed class Throttle(TimeSpan interval, TimeProvider time)
    {
        private long _lastAt;

        /// <summary>
        /// The time until the next fetch is allowed; zero or less when it is allowed now.
        /// </summary>
        public TimeSpan Wait => Interlocked.Read(ref _lastAt) is not 0 and var last
            ? interval - time.GetElapsedTime(last)
            : TimeSpan.Zero;

        public bool TryTake()
        {
            if (Wait > TimeSpan.Zero)
            {
                return false;
            }

            Interlocked.Exchange(ref _lastAt, time.GetTimestamp());
            return true;
        }
    }
}
