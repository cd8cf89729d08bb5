using System.Diagnostics.CodeAnalysis;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Tracks whether the provider accepted the last connection. While it accepts none, new visitors
/// get an error page instead of a redirect to an unreachable address; sessions continue.
/// <see cref="ProviderWatch"/> retries until the provider answers.
/// </summary>
internal sealed class ProviderAvailability
{
    private readonly Lock _gate = new();
    private volatile string? _problem;
    private TaskCompletionSource _down = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when the provider is known to be down.</summary>
    /// <param name="problem">The reason, as the remainder of a sentence about the provider.</param>
    public bool IsDown([NotNullWhen(true)] out string? problem) => (problem = _problem) is not null;

    /// <summary>Records a response. Any status shows that the provider is reachable.</summary>
    public void Answered()
    {
        if (_problem is null)
        {
            return;
        }

        lock (_gate)
        {
            _problem = null;
            _down = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>
    /// Records a failed connection: refused, no route, unknown host or failed TLS handshake.
    /// </summary>
    public void Refused(string problem)
    {
        lock (_gate)
        {
            _problem = problem;
            _down.TrySetResult();
        }
    }

    /// <summary>Completes when the provider is down.</summary>
    public Task UntilDownAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _down.Task.WaitAsync(cancellationToken);
        }
    }
}
