namespace AuthGateway.Configuration;

/// <summary>
/// Responses for browsers and other long-lived clients that go beyond the access decision.
/// </summary>
internal sealed record BrowserOptions
{
    /// <summary>
    /// <c>PROBE_STATUS</c>, followed by the built-in row: background probes that get another status
    /// than 401. The first match wins.
    /// </summary>
    public IReadOnlyList<ProbeRow> Probes { get; init; } = [ProbeRow.JupyterKernel];

    /// <summary>
    /// <c>END_SERVICE_WORKERS</c>, default true: without a live session, the script of an
    /// application's service worker is replaced by one that unregisters it.
    /// </summary>
    public bool EndServiceWorkers { get; init; } = true;

    /// <summary>
    /// <c>CLEAR_CACHE_AT_LOGOUT</c>, default true: <c>Clear-Site-Data: "cache"</c> where a session
    /// ends or has ended.
    /// </summary>
    public bool ClearCache { get; init; } = true;

    /// <summary>
    /// <c>LOGOUT_COOKIES</c>: names of application cookies that expire at logout; a trailing
    /// <c>*</c> matches any rest. Cookies of the gateway are never affected. Default: none.
    /// </summary>
    public IReadOnlyList<string> LogoutCookies { get; init; } = [];
}
