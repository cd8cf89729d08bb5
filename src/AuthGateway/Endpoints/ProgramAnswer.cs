using AuthGateway.Configuration;
using AuthGateway.Endpoints.ExtAuthz;
using AuthGateway.Http;
using AuthGateway.Pages;

namespace AuthGateway.Endpoints;

/// <summary>
/// Status of an answer to a program at an address of oauth2-proxy (<c>OAUTH2_ADDRESSES</c>).
/// </summary>
internal sealed class ProgramAnswer(UrlOptions urls, HeadersToRemove removals)
{
    /// <summary>
    /// Sets 200. On the ext_authz listener a check of Envoy gets 203: a check about an
    /// application's own path of that name must not pass by the answer.
    /// </summary>
    /// <remarks>
    /// Should a check of Envoy ever come without its marks, it passes as it does with oauth2-proxy,
    /// and without any identity header, neither ours nor the client's.
    /// </remarks>
    public void SetGood(HttpResponse response, AccessRequest request)
    {
        response.StatusCode = PageSender.StatusFor(request.EntryPoint, 200);
        if (urls.Oauth2Addresses && request.EntryPoint == EntryPoint.ExtAuthz && !DirectVisit.IsFromEnvoy(request))
        {
            response.StatusCode = 200;
            response.Headers[HeadersToRemove.Header] = removals.Public;
        }
    }
}
