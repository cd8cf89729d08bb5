using AuthGateway.Authentication.Bearer;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// Finds the issuer of the cluster's service-account tokens, and checks tokens with its keys. One
/// request at a time is made for all callers. A failure is cached for one second, and keys are
/// fetched again at most once a minute.
/// </summary>
internal sealed class ClusterIssuer(TokenReviewClient cluster, TimeProvider time)
{
    private static readonly TimeSpan FailureFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeysFor = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly ClusterSignature _signature = new();
    private Task<string?>? _issuer;
    private DateTimeOffset _askAgainAt;
    private Task<string?>? _keys;
    private DateTimeOffset _keysOldAt;

    /// <summary>
    /// Returns the issuer. Empty when the cluster does not disclose it; null when it does not
    /// answer now.
    /// </summary>
    public Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_issuer is null || (_issuer is { IsCompleted: true, Result: null } && time.GetUtcNow() >= _askAgainAt))
            {
                _issuer = AskAsync();
            }

            return _issuer.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Returns false also when the keys are not accessible or cannot be fetched now.
    /// </summary>
    public async ValueTask<bool> HasSignedAsync(string token)
    {
        if (await KeysAsync(isUnknown: false) is not { } keys)
        {
            return false;
        }

        if (await _signature.IsGoodAsync(token, keys))
        {
            return true;
        }

        return await KeysAsync(isUnknown: true) is { } fresh
            && !ReferenceEquals(fresh, keys)
            && await _signature.IsGoodAsync(token, fresh);
    }

    private Task<string?> KeysAsync(bool isUnknown)
    {
        lock (_gate)
        {
            if (_keys is null
                || ((isUnknown || _keys is { IsCompleted: true, Result: null }) && time.GetUtcNow() >= _keysOldAt))
            {
                _keysOldAt = time.GetUtcNow() + KeysFor;
                _keys = TryAsync(cluster.KeysAsync);
            }

            return _keys;
        }
    }

    private async Task<string?> AskAsync()
    {
        var issuer = await TryAsync(async limit => await cluster.IssuerAsync(limit));
        _askAgainAt = time.GetUtcNow() + FailureFor;
        return issuer;
    }

    private static async Task<string?> TryAsync(Func<CancellationToken, Task<string?>> ask)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            return await ask(limit.Token);
        }
        catch (Exception e) when (
            e is HttpRequestException or OperationCanceledException or IOException or RemoteUnavailableException)
        {
            return null;
        }
    }
}
