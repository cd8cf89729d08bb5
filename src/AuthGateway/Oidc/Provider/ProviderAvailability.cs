using System.Diagnostics.CodeAnalysis;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Whether the provider took our last connection. While it takes none, a new visitor gets a page of ours instead of a redirect to a dead address; sessions go
/// on. <see cref="ProviderWatch"/> tries again until one is answered.
/// </summary>
internal sealed class ProviderAvailability
{
    private readonly Lock _gate = new();
    private volatile string? _problem;
    private TaskCompletionSource _down = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why it is known to be down: the rest of a sentence about the provider.</summary>
    public bool IsDown([NotNullWhen(true)] out string? problem) => (problem = _problem) is not null;

    /// <summary>Any answer, good or bad, shows that it is there.</summary>
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

    /// <summary>No connection: refused, no route, no name, no TLS.</summary>
    public void Refused(string problem)
    {
        lock (_gate)
        {
            _problem = problem;
            _down.TrySetResult();
        }
    }

    /// <summary>Done when the provider is down.</summary>
    public Task UntilDownAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _down.Task.WaitAsync(cancellationToken);
        }
    }
}
