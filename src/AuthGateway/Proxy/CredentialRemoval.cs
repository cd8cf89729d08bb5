using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Proxy;

/// <summary>
/// Removes from a request what authenticates to the gateway, before the request is forwarded: its
/// cookies, the credential of the decision, and every header with a session value.
/// </summary>
internal sealed class CredentialRemoval(SessionHeader sessionHeader, GatewayCookies cookies)
{
    public void RemoveFrom(AccessRequest request, AccessDecision.Allow allow)
    {
        var lines = request.Cookies;
        if (lines.Count > 0)
        {
            var kept = CookieHeader.Without(lines, cookies.Ours);
            if (kept != lines)
            {
                request.Headers.Cookie = kept.Count == 0 ? StringValues.Empty : kept;
            }
        }

        if (allow.CredentialHeader is { } credential)
        {
            request.Headers.Remove(credential);
        }

        if (allow.Method == AuthenticationMethod.Header && allow.CredentialHeader is null)
        {
            request.Headers.Remove(sessionHeader.Name);
        }

        sessionHeader.RemoveFrom(request);
        if (request.Headers.Authorization.Count > 0 && ConnectionChallenges.IsAnswer(request.Headers.Authorization))
        {
            request.Headers.Authorization = StringValues.Empty;
        }
    }
}
