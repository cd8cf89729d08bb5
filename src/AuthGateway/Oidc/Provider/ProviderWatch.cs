using AuthGateway.Observability;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Fetches the provider's metadata every 2 s while the provider accepts no connection, so that
/// visitors are redirected to it again as soon as it is back.
/// </summary>
internal sealed partial class ProviderWatch(
    ProviderAvailability availability, ProviderMetadata metadata, Supervisor supervisor, ILogger<ProviderWatch> logger)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly ILogger<ProviderWatch> _logger = logger;
    private bool _isLogged;

    public override string Work => "watch over a provider that is down";

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        await availability.UntilDownAsync(stoppingToken);
        if (!metadata.TryGet(out _))
        {
            // The metadata has never been read: ProviderRefresh already retries and logs this.
            return Pause;
        }

        if (!_isLogged && availability.IsDown(out var problem))
        {
            LogDown(problem);
            _isLogged = true;
        }

        await metadata.TryFetchAsync(stoppingToken);
        if (!availability.IsDown(out _) && _isLogged)
        {
            LogBack();
            _isLogged = false;
        }

        return Pause;
    }

    [LoggerMessage(
        EventId = 330,
        Level = LogLevel.Error,
        Message = "The provider {Problem}. Sessions go on; new logins get a page until it answers.")]
    private partial void LogDown(string problem);

    [LoggerMessage(EventId = 331, Level = LogLevel.Warning, Message = "The provider answers again.")]
    private partial void LogBack();
}
