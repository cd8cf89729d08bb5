using System.Diagnostics.Metrics;
using System.Globalization;
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
    private readonly LabelledCounter _logins;
    private readonly LabelledCounter _refusals;
    private readonly LabelledCounter _refreshes;
    private readonly LabelledCounter _logoutTokens;
    private readonly LabelledCounter _limits;
    private readonly LabelledCounter _backgroundFailures;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _logins = Counter(
            "authgateway.logins", "Logins by result: ok, or the code of the failed login's page.", "result");
        _refusals = Counter(
            "authgateway.refusals", "Requests that did not pass, by the status of the answer.", "status");
        _refreshes = Counter(
            "authgateway.session.refreshes",
            "Refreshes of sessions at the provider, by outcome and reason.",
            "outcome",
            "reason");
        _limits = Counter(
            "authgateway.limits.reached", "What limits against strangers did, by limit (docs/limits.md).", "limit");
        _logoutTokens = Counter(
            "authgateway.logout.tokens", "Back-channel logout tokens by result: accepted or refused.", "result");
        _backgroundFailures = Counter(
            "authgateway.background.failures", "Exceptions of background work, by its name; each is in the log.", "work");
    }

    /// <summary>Counts a login.</summary>
    /// <param name="result"><c>ok</c>, or a code from docs/login-failures.md.</param>
    public void Login(string result) => _logins.Add(1, result);

    /// <summary>Counts a refused request.</summary>
    public void Refusal(int status) => _refusals.Add(1, status.ToString(CultureInfo.InvariantCulture));

    /// <summary>Counts a refresh at the provider.</summary>
    public void Refresh(string outcome, string reason) => _refreshes.Add(1, outcome, reason);

    /// <summary>Counts a back-channel logout token.</summary>
    public void LogoutToken(string result) => _logoutTokens.Add(1, result);

    /// <summary>Counts an exception of background work.</summary>
    public void BackgroundFailure(string work) => _backgroundFailures.Add(1, work);

    /// <summary>Counts how often a limit was reached.</summary>
    /// <param name="limit">A name from docs/limits.md.</param>
    /// <param name="times">How often the limit was reached.</param>
    public void LimitReached(string limit, int times) => _limits.Add(times, limit);

    /// <summary>Adds a gauge whose value is read at each scrape.</summary>
    public void Watch(string name, string description, Func<long> value) =>
        _meter.CreateObservableGauge(name, value, description: description);

    private LabelledCounter Counter(string name, string description, params string[] labels) =>
        new(_meter, name, description, labels);
}
