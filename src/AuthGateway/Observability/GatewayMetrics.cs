using System.Diagnostics.Metrics;
using AuthGateway.Oidc.Refresh;

namespace AuthGateway.Observability;

/// <summary>
/// What the gateway counts, named as OpenTelemetry names things. A request that passes costs no instrument; no label holds a user, an address or a text of
/// the provider's, so the number of time series is bounded.
/// </summary>
internal sealed class GatewayMetrics
{
    /// <summary>The only meter of ours.</summary>
    public const string MeterName = "AuthGateway";
    private readonly Meter _meter;
    private readonly Counter<long> _logins;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _refreshes;
    private readonly Counter<long> _logoutTokens;
    private readonly Counter<long> _limits;
    private readonly Counter<long> _backgroundFailures;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _logins = _meter.CreateCounter<long>("authgateway.logins", description: "Logins by result: ok, or the code of the failed login's page.");
        _refusals = _meter.CreateCounter<long>("authgateway.refusals", description: "Requests that did not pass, by the status of the answer.");
        _refreshes = _meter.CreateCounter<long>("authgateway.session.refreshes", description: "Refreshes of sessions at the provider, by outcome and reason.");
        _limits = _meter.CreateCounter<long>("authgateway.limits.reached", description: "What limits against strangers did, by limit (docs/limits.md).");
        _logoutTokens = _meter.CreateCounter<long>("authgateway.logout.tokens", description: "Back-channel logout tokens by result: accepted or refused.");
        _backgroundFailures = _meter.CreateCounter<long>("authgateway.background.failures", description: "Exceptions of background work, by its name; each is in the log.");
    }

    /// <param name="result"><c>ok</c>, or a code of docs/login-failures.md.</param>
    public void Login(string result) => _logins.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Refusal(int status) => _refusals.Add(1, new KeyValuePair<string, object?>("status", status));

    public void Refresh(string outcome, string reason) => _refreshes.Add(1, new("outcome", outcome), new("reason", reason));

    public void LogoutToken(string result) => _logoutTokens.Add(1, new KeyValuePair<string, object?>("result", result));

    public void BackgroundFailure(string work) => _backgroundFailures.Add(1, new KeyValuePair<string, object?>("work", work));

    /// <param name="limit">A name of docs/limits.md.</param>
    /// <param name="times">How often it was reached.</param>
    public void LimitReached(string limit, int times) => _limits.Add(times, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>A figure that is looked up when somebody asks.</summary>
    public void Watch(string name, string description, Func<long> value) => _meter.CreateObservableGauge(name, value, description: description);
}
