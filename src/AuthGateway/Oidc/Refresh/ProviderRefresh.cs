using AuthGateway.Observability;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Refresh;

/// <summary>
/// Fetches the provider's metadata in the background: retries with increasing delays of at most 5 s
/// until it succeeds, then repeats every 15 min.
/// </summary>
internal sealed class ProviderRefresh : SupervisedService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private readonly ProviderMetadata _metadata;
    private readonly ILogger _logger;
    private string? _logged;
    private string? _loggedNote;

    public ProviderRefresh(ProviderMetadata metadata, Supervisor supervisor, ILogger<ProviderRefresh> logger)
        : base(supervisor)
    {
        _metadata = metadata;
        _logger = logger;
    }

    public override string Work => "refresh of the provider's metadata";

    protected override async Task<TimeSpan?> TurnAsync(CancellationToken stoppingToken)
    {
        if (!await _metadata.TryFetchAsync(stoppingToken))
        {
            LogProblem();
            await DiscoveryRetry.UntilReadAsync(_metadata, LogProblem, stoppingToken);
        }

        if (_logged is not null)
        {
            _logged = null;
            _logger.LogWarning("The provider is known now.");
        }

        LogNote();
        return Interval;
    }

    private void LogProblem()
    {
        if (_logged == _metadata.LastProblem)
        {
            return;
        }

        _logged = _metadata.LastProblem;
        if (_metadata.TryGet(out _))
        {
            _logger.LogError(
                "The provider's metadata cannot be read again; what was read last stays in use. {Reason}", _logged);
        }
        else
        {
            _logger.LogError("The provider cannot be used yet. {Reason}", _logged);
        }
    }

    private void LogNote()
    {
        if (_metadata.Note != _loggedNote)
        {
            _loggedNote = _metadata.Note;
            if (_loggedNote is not null)
            {
                _logger.LogWarning("{Note}", _loggedNote);
            }
        }
    }
}
