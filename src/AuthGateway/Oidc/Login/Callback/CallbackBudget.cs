using AuthGateway.Http;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>
/// The time limit of one callback. Envoy waits 10 s for a check. Of these the provider has 7 s, the
/// whole callback 8 s. At other entry points there is no limit (docs/decisions/callback-budget.md).
/// </summary>
internal sealed class CallbackBudget(AccessRequest request, TimeProvider time)
{
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(8);
    private readonly long _begun = time.GetTimestamp();

    /// <summary>The provider's part: 7 s.</summary>
    public static TimeSpan Provider { get; } = TimeSpan.FromSeconds(7);

    /// <summary>True behind Envoy.</summary>
    public bool IsLimited { get; } = request.EntryPoint == EntryPoint.ExtAuthz;

    /// <summary>Time left for the whole callback, never negative; null without a limit.</summary>
    public TimeSpan? Rest => IsLimited ? Max(Whole - time.GetElapsedTime(_begun), TimeSpan.Zero) : null;

    /// <summary>Time left for the provider, at least 1 ms.</summary>
    public TimeSpan ProviderRest => Max(Provider - time.GetElapsedTime(_begun), TimeSpan.FromMilliseconds(1));

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
