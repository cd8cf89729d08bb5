using AuthGateway.Oidc.Provider;
using Polly;
using Polly.Retry;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Repeats a failed fetch of the provider's metadata with increasing delays of at most 5 s.
/// </summary>
/// <remarks>
/// A class of its own: Polly is loaded (2 MiB) only when a first fetch has failed.
/// </remarks>
internal static class DiscoveryRetry
{
    /// <param name="metadata">What is fetched.</param>
    /// <param name="failed">Called after each fetch that failed.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    public static async Task UntilReadAsync(
        ProviderMetadata metadata, Action failed, CancellationToken cancellationToken)
    {
        var retry = new ResiliencePipelineBuilder<bool>()
            .AddRetry(new RetryStrategyOptions<bool>
            {
                ShouldHandle = new PredicateBuilder<bool>().HandleResult(false),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = FirstDelay,
                MaxDelay = TimeSpan.FromSeconds(5),
                OnRetry = _ =>
                {
                    failed();
                    return default;
                },
            })
            .Build();
        await Task.Delay(FirstDelay, cancellationToken);
        await retry.ExecuteAsync(async token => await metadata.TryFetchAsync(token), cancellationToken);
    }

    private static TimeSpan FirstDelay { get; } = TimeSpan.FromMilliseconds(250);
}
