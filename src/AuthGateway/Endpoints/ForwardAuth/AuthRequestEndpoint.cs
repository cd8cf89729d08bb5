using System.Buffers;
using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Endpoints.ForwardAuth;

/// <summary>
/// <c>P/verify</c> and <c>P/verify&lt;original path&gt;</c>, any method, for nginx
/// <c>auth_request</c>: 204 (202 with <c>OAUTH2_ADDRESSES</c>), 401 or 403.
/// </summary>
/// <remarks>
/// The original path comes from the address (raw), or from a trusted proxy's header. Two sources
/// that differ are answered with 403. Without a path only the session is checked. Parameters of the
/// verify address itself restrict who may pass (<see cref="CheckRestriction"/>).
/// </remarks>
internal sealed class AuthRequestEndpoint(
    AccessPipeline pipeline,
    OriginalTarget originals,
    CheckHeaders headers,
    HeaderCredentials credentials,
    RefusedSessionEnd refusedSession,
    UrlOptions urls)
{
    private const string Unclear =
        "Forbidden: the original request of this check is not clear. The address after verify, X-Original-URI, X-Forwarded-Uri and X-Original-URL "
        + "must not contradict each other, stand there once, and hold no dot segments.\n";

    private const string Restriction =
        "Forbidden: the address of this check names who may pass (allowed_groups, allowed_emails, allowed_email_domains), and this user is not among them.\n";

    /// <param name="context">The exchange that is answered.</param>
    /// <param name="request">
    /// The check; the original path with its query follows the verify path.
    /// </param>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        if (!originals.TryFind(request, out var original))
        {
            await PlainText.WriteAsync(context, 403, Unclear);
            return;
        }

        var asked = request.ForOriginalTarget(EntryPoint.Verify, request.Method, original);
        var decision = await pipeline.DecideAsync(asked);
        if (decision is SessionForbidden refused)
        {
            await refusedSession.EndAsync(context, asked, refused);
        }

        await AnswerAsync(context, request, Restricted(request, decision));
    }

    // Behind a path the query is that of the original request. A public path needs no user.
    private AccessDecision Restricted(AccessRequest check, AccessDecision decision) =>
        decision is AccessDecision.Allow { Identity: { } identity }
        && check.Target.Path.TrimEnd('/').SequenceEqual(urls.VerifyPath.AsSpan().TrimEnd('/'))
        && CheckRestriction.Refuses(check.Target.Query.ToString().AsMemory(), identity)
            ? new AccessDecision.Forbidden(identity, Restriction)
            : decision;

    private Task AnswerAsync(HttpContext context, AccessRequest check, AccessDecision decision)
    {
        switch (decision)
        {
            case AccessDecision.Allow allow:
                headers.TrySet(context.Response.Headers, check, allow);
                context.Response.StatusCode = urls.Oauth2Addresses
                    ? StatusCodes.Status202Accepted
                    : StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case AccessDecision.Forbidden(_, var reason):
                return PlainText.WriteAsync(context, 403, reason);
            case AccessDecision.Unavailable:
                context.Response.Headers.RetryAfter = "2";
                return PlainText.WriteAsync(context, 503, "Unavailable");
            case AccessDecision.Unauthorized(var error, _):
                context.Response.Headers.WWWAuthenticate = $"Bearer error=\"{error}\"";
                return PlainText.WriteAsync(context, 401, "Unauthorized");
            default:
                // nginx copies this header of a check to the client.
                context.Response.Headers.WWWAuthenticate =
                    credentials.AcceptsChallenge(check) ? Unauthorized.WithBasic : StringValues.Empty;
                return PlainText.WriteAsync(context, 401, "Unauthorized");
        }
    }
}
