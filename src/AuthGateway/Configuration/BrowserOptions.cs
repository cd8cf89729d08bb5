namespace AuthGateway.Configuration;

/// <summary>What browsers and other long-lived clients are told beside the decision itself.</summary>
internal sealed record BrowserOptions
{
    /// <summary><c>PROBE_STATUS</c>, behind the row that ships: background probes that get another status than 401. The first match counts.</summary>
    public IReadOnlyList<ProbeRow> Probes { get; init; } = [ProbeRow.JupyterKernel];

    /// <summary><c>END_SERVICE_WORKERS</c>, default true: without a live session an application's service worker is replaced by one that removes itself.</summary>
    public bool EndServiceWorkers { get; init; } = true;

    /// <summary><c>CLEAR_CACHE_AT_LOGOUT</c>, default true: <c>Clear-Site-Data: "cache"</c> where a session ends or has ended.</summary>
    public bool ClearCache { get; init; } = true;

    /// <summary><c>LOGOUT_COOKIES</c>: names of cookies of applications, a <c>*</c> at the end stands for any rest. Never one of our own. Default: none.</summary>
    public IReadOnlyList<string> LogoutCookies { get; init; } = [];
}
