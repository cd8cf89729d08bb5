using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// Finds background probes of clients that take a 401 for a removed resource and give up for good.
/// A table of path patterns sets a status that makes them wait (<c>PROBE_STATUS</c>). GET only,
/// never a navigation.
/// </summary>
internal sealed class ProbeTable(BrowserOptions browser)
{
    /// <summary>
    /// Returns the status that replaces 401. Null for a request that is no probe.
    /// </summary>
    public int? StatusFor(AccessRequest request)
    {
        if (request.Method is not "GET" || request.Target.IsAmbiguous || IsVisit(request))
        {
            return null;
        }

        foreach (var row in browser.Probes)
        {
            if (row.Matches(request.Target.Path))
            {
                return row.Status;
            }
        }

        return null;
    }

    // Stricter than the rule for other paths: where a proxy's check has neither header, such a URL
    // is not visited as a page.
    private static bool IsVisit(AccessRequest request) => NavigationRule.Classify(request) != NavigationKind.None
        && (request.Single("Sec-Fetch-Mode") == "navigate"
            || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));
}
