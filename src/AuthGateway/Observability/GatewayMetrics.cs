using System.Diagnostics.Metrics;
using AuthGateway.Oidc.Refresh;

namespace AuthGateway.Observability;

/// <summary>The gateway's metrics, named by the conventions of OpenTelemetry.</summary>
/// <remarks>
/// A request that passes updates no instrument. No label holds a user, an address or text from the
/// provider, so the number of time series is bounded.
/// </remarks>
internal sealed class GatewayMetrics
{
    /// <summary>Name of the gateway's only meter.</summary>
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
        _logins = _meter.CreateCounter<long>(
            "authgateway.logins", description: "Logins by result: ok, or the code of the failed login's page.");
        _refusals = _meter.CreateCounter<long>(
            "authgateway.refusals", description: "Requests that did not pass, by the status of the answer.");
        _refreshes = _meter.CreateCounter<long>(
            "authgateway.session.refreshes",
            description: "Refreshes of sessions at the provider, by outcome and reason.");
        _limits = _meter.CreateCounter<long>(
            "authgateway.limits.reached", description: "What limits against strangers did, by limit (docs/limits.md).");
        _logoutTokens = _meter.CreateCounter<long>(
            "authgateway.logout.tokens", description: "Back-channel logout tokens by result: accepted or refused.");
        _backgroundFailures = _meter.CreateCounter<long>(
            "authgateway.background.failures",
            description: "Exceptions of background work, by its name; each is in the log.");
    }

    /// <summary>Counts a login.</summary>
    /// <param name="result"><c>ok</c>, or a code from docs/login-failures.md.</param>
    public void Login(string result) => _logins.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>Counts a refused request.</summary>
    public void Refusal(int status) => _refusals.Add(1, new KeyValuePair<string, object?>("status", status));

    /// <summary>Counts a refresh at the provider.</summary>
    public void Refresh(string outcome, string reason) =>
        _refreshes.Add(1, new("outcome", outcome), new("reason", reason));

    /// <summary>Counts a back-channel logout token.</summary>
    public void LogoutToken(string result) => _logoutTokens.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>Counts an exception of background work.</summary>
    public void BackgroundFailure(string work) =>
        _backgroundFailures.Add(1, new KeyValuePair<string, object?>("work", work));

    /// <summary>Counts how often a limit was reached.</summary>
    /// <param name="limit">A name from docs/limits.md.</param>
    /// <param name="times">How often the limit was reached.</param>
    public void LimitReached(string limit, int times) =>
        _limits.Add(times, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>Adds a gauge whose value is read at each scrape.</summary>
    public void Watch(string name, string description, Func<long> value) =>
        _meter.CreateObservableGauge(name, value, description: description);
}
