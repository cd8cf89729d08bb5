using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Pipeline;

/// <summary>
/// Background probes of clients that read a 401 as "the thing is gone" and give up for good: a table of path patterns says which status makes them wait
/// (<c>PROBE_STATUS</c>). GET alone, never a navigation.
/// </summary>
internal sealed class ProbeTable(BrowserOptions browser)
{
    /// <summary>The status in the place of 401; null for everything that is no probe.</summary>
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

    // Narrower than the rule for other paths: where a proxy's check shows neither header, nobody opens such an address as a page.
    private static bool IsVisit(AccessRequest request) => NavigationRule.Classify(request) != NavigationKind.None
        && (request.Single("Sec-Fetch-Mode") == "navigate" || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase));
}
