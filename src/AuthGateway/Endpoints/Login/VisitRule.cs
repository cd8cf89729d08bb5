using AuthGateway.Configuration;
using AuthGateway.Http;

namespace AuthGateway.Endpoints.Login;

/// <summary>
/// Whether a request may begin or complete a login: a top-level visit, and with partitioned cookies
/// (<c>SESSION_COOKIE_PARTITIONED</c>) also a page inside a frame of another site.
/// </summary>
internal sealed class VisitRule(SessionOptions session)
{
    public bool Allows(AccessRequest request) => !NavigationRule.IsNoVisit(request)
        || (session.CookiePartitioned && NavigationRule.Classify(request) == NavigationKind.Frame);
}
