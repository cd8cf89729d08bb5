using System.Diagnostics.CodeAnalysis;
using AuthGateway.Configuration;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc;

/// <summary>
/// What is known of the provider. Fetched in the background (<see cref="ProviderRefresh"/>): a visitor never waits for discovery and never causes one,
/// but for one throttled refetch of the keys when a token names an unknown one. Not a <c>BaseConfigurationManager</c>: no last-known-good keys.
/// </summary>
internal sealed class ProviderMetadata(MetadataFetcher fetcher, TimeProvider time) : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    private static readonly TimeSpan KeyRefetchInterval = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _single = new(1, 1);
    private volatile OpenIdConnectConfiguration? _current;
    private readonly Lock _refetchGate = new();
    private Task _refetch = Task.CompletedTask;
    private long _lastKeyFetch;

    /// <summary>Why there is none yet: one sentence for <c>/readyz</c> and the log.</summary>
    public string? LastProblem { get; private set; } = "Discovery has not been tried yet.";

    public bool TryGet([NotNullWhen(true)] out OpenIdConnectConfiguration? configuration) => (configuration = _current) is not null;

    /// <summary>RFC 9207 §3: the provider promises <c>iss</c> in its authorization response.</summary>
    public bool AnnouncesIssuerParameter { get; private set; }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
        _current is { } known ? Task.FromResult(known) : throw new LoginFailedException(LoginFailure.ProviderUnavailable);

    public void RequestRefresh()
    {
        // The handler asks for this after an unknown key; IdTokenHandler has done it already.
    }

    /// <summary>Fetches metadata and keys once; keeps what is known when it fails.</summary>
    public async Task<bool> TryFetchAsync(CancellationToken cancellationToken)
    {
        await _single.WaitAsync(cancellationToken);
        try
        {
            var fetched = await fetcher.FetchAsync(cancellationToken);
            AnnouncesIssuerParameter = fetched.AnnouncesIssuerParameter;
            _current = fetched.Configuration;
            _lastKeyFetch = time.GetTimestamp();
            LastProblem = null;
            return true;
        }
        catch (MetadataException e)
        {
            LastProblem = e.Message;
            return false;
        }
        finally
        {
            _single.Release();
        }
    }

    /// <summary>
    /// Keys after an unknown <c>kid</c>: at most one fetch in 10 s for everybody, good or failed (a storm of odd tokens costs the provider nothing);
    /// who comes while it runs waits for that one.
    /// </summary>
    public async Task<IReadOnlyCollection<SecurityKey>> RefetchKeysAsync(CancellationToken cancellationToken)
    {
        await RefetchOnce().WaitAsync(cancellationToken);
        return [.. _current?.SigningKeys ?? []];
    }

    private Task RefetchOnce()
    {
        lock (_refetchGate)
        {
            if (_refetch.IsCompleted && (_lastKeyFetch == 0 || time.GetElapsedTime(_lastKeyFetch) >= KeyRefetchInterval))
            {
                _lastKeyFetch = time.GetTimestamp();
                _refetch = TryFetchAsync(CancellationToken.None);
            }

            return _refetch;
        }
    }

    public void Dispose() => _single.Dispose();
}
