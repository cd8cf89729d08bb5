using Polly;
using Polly.Retry;

namespace AuthGateway.Oidc;

/// <summary>Learns the provider while the server already listens: retried (Polly) every 5 s at most until it succeeds, then again every 15 min.</summary>
internal sealed class ProviderRefresh(ProviderMetadata metadata, ILogger<ProviderRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? said = null;
        var untilKnown = new ResiliencePipelineBuilder<bool>()
            .AddRetry(new RetryStrategyOptions<bool>
            {
                ShouldHandle = new PredicateBuilder<bool>().HandleResult(false),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(250),
                MaxDelay = TimeSpan.FromSeconds(5),
                OnRetry = _ =>
                {
                    if (said != metadata.LastProblem)
                    {
                        said = metadata.LastProblem;
                        logger.LogError("The provider cannot be used yet. {Reason}", said);
                    }

                    return default;
                },
            })
            .Build();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await untilKnown.ExecuteAsync(async token => await metadata.TryFetchAsync(token), stoppingToken);
                if (said is not null)
                {
                    said = null;
                    logger.LogWarning("The provider is known now.");
                }

                await Task.Delay(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }
}
