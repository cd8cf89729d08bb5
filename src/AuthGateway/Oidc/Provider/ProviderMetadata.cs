using System.Diagnostics.CodeAnalysis;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Refresh;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// What is known of the provider. Fetched in the background (<see cref="ProviderRefresh"/>): a visitor never waits for discovery and never causes one,
/// but for one throttled refetch of the keys when a token names an unknown one. Not a <c>BaseConfigurationManager</c>: no last-known-good keys.
/// </summary>
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
        _throttles = [new(TimeSpan.FromSeconds(1), time), new(TimeSpan.FromSeconds(10), time), new(TimeSpan.FromSeconds(2), time)];
    }

    /// <summary>Why there is none yet: one sentence for <c>/readyz</c> and the log.</summary>
    public string? LastProblem { get; private set; } = "Discovery has not been tried yet.";

    /// <summary>What of the last metadata was left out, and why: one line; null when all of it could be read.</summary>
    public string? Note { get; private set; }

    public bool TryGet([NotNullWhen(true)] out OpenIdConnectConfiguration? configuration) => (configuration = _current) is not null;

    /// <summary>RFC 9207 §3: the provider promises <c>iss</c> in its authorization response.</summary>
    public bool AnnouncesIssuerParameter { get; private set; }

    /// <summary>The issuer of the provider's access tokens where it says another one than its own (AD FS, <c>access_token_issuer</c>); null otherwise.</summary>
    public string? AccessTokenIssuer { get; private set; }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
        _current is { } known ? Task.FromResult(known) : throw new ProviderUnknownException();

    public void RequestRefresh()
    {
        // The handler asks for this after an unknown key; ProviderTokenHandler has done it already.
    }

    /// <summary>Fetches metadata and keys once; keeps what is known when it fails.</summary>
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
            // Whatever the provider sent: it is no reason to end anything.
            LastProblem = $"OIDC_PROVIDER: the provider's metadata or key set could not be read ({e.GetType().Name}); trying again.";
            return false;
        }
        finally
        {
            _single.Release();
        }
    }

    /// <summary>
    /// Keys after an unknown <c>kid</c>; who comes while a fetch runs waits for that one. For bearer tokens at most one fetch in 10 s for everybody, good or failed: a storm of
    /// odd tokens costs the provider nothing. For tokens that the provider itself just gave us, one a second, whatever the others use up. A logout token is sent once and
    /// by anybody: it waits until the next fetch is allowed, 2 s at most.
    /// </summary>
    public async Task<IReadOnlyCollection<SecurityKey>> RefetchKeysAsync(TokenSource source, CancellationToken cancellationToken)
    {
        var throttle = _throttles[(int)source];
        var askedAt = _time.GetTimestamp();
        while (source == TokenSource.Logout && throttle.Wait is { Ticks: > 0 } wait && Interlocked.Read(ref _refetchedAt) < askedAt)
        {
            // A timer may be a little early.
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

        /// <summary>How long until the next may be taken.</summary>
        public TimeSpan Wait => Interlocked.Read(ref _lastAt) is not 0 and var last ? interval - time.GetElapsedTime(last) : TimeSpan.Zero;

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

/// <summary>Where a token comes from: the provider's token endpoint, anybody's request, or anybody's logout token.</summary>
internal enum TokenSource { Provider, Bearer, Logout }
