using System.Buffers;
using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Endpoints.ForwardAuth;

/// <summary>
/// <c>P/verify</c> and <c>P/verify&lt;original path&gt;</c>, any method, for nginx <c>auth_request</c>: 204, 401 or 403. The original path comes from the
/// address (raw), or from a trusted proxy's header; two sources that differ are 403; without any the question is: is there a session.
/// </summary>
internal sealed class AuthRequestEndpoint(
    UrlOptions urls, AccessPipeline pipeline, IdentityHeaders identityHeaders, TokenReaders tokens, BasicCredentials basic, RefusedSessionEnd refusedSession, PublicOrigin scheme, PeerWarnings warnings)
{
    private const string Unclear = "Forbidden: the original request of this check is not clear. The address after verify, X-Original-URI, X-Forwarded-Uri and X-Original-URL "
        + "must not contradict each other, stand there once, and hold no dot segments.\n";

    private static readonly SearchValues<char> EndOfAuthority = SearchValues.Create("/?#\\@ ");
    private static readonly string[] Sources = ["X-Original-URI", "X-Forwarded-Uri"];
    private static readonly string[] AllSources = [.. Sources, "X-Original-URL"];

    /// <param name="context">The answer goes here.</param>
    /// <param name="request">The check; the original path with its query follows the verify path.</param>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        var rest = request.Target.Raw[urls.VerifyPath.Length..];
        if (!TryFindOriginal(request, rest, out var original))
        {
            await PlainText.WriteAsync(context, 403, Unclear);
            return;
        }

        var asked = request.AskingAbout(EntryPoint.Verify, request.Method, original ?? NoPath);
        var decision = await pipeline.DecideAsync(asked);
        if (decision is SessionForbidden refused)
        {
            await refusedSession.EndAsync(context, asked, refused);
        }

        await AnswerAsync(context, request, decision);
    }

    // No skip rule reaches the prefix, so this target is never public.
    private RequestTarget NoPath => RequestTarget.TryParse(urls.Prefix, out var target) ? target : default;

    private Task AnswerAsync(HttpContext context, AccessRequest check, AccessDecision decision)
    {
        switch (decision)
        {
            case AccessDecision.Allow allow:
                if (allow.Identity is { } identity)
                {
                    identityHeaders.Set(context.Response.Headers, identity, tokens.For(check, allow));
                }

                context.Response.StatusCode = StatusCodes.Status204NoContent;
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
                // nginx hands this header of a check to the client.
                context.Response.Headers.WWWAuthenticate = basic.MayBeAsked(check) ? Unauthorized.WithBasic : StringValues.Empty;
                return PlainText.WriteAsync(context, 401, "Unauthorized");
        }
    }

    private bool TryFindOriginal(AccessRequest request, string rest, out RequestTarget? original)
    {
        original = null;
        var found = new List<string>();
        if (rest.Length > 0 && rest[0] == '/')
        {
            found.Add(rest);
        }

        if (!scheme.IsTrusted(request))
        {
            WarnOfUnread(request, found.Count > 0);
        }
        else if (!TryReadHeaders(request, found))
        {
            return false;
        }

        if (found.Distinct(StringComparer.Ordinal).Count() > 1)
        {
            return false;
        }

        if (found.Count == 0)
        {
            return true;
        }

        if (!RequestTarget.TryParse(found[0], out var target) || DotSegments.Has(target.Path))
        {
            return false;
        }

        original = target;
        return true;
    }

    // The answer is the same for any path then, and a public one needs a login too.
    private void WarnOfUnread(AccessRequest request, bool hasPath)
    {
        if (!hasPath && AllSources.FirstOrDefault(request.Headers.ContainsKey) is { } unread)
        {
            warnings.NotTrusted(request.Peer, "verify", unread + " is not read, so only the session is looked at, not the path");
        }
    }

    // A repeated header has no single meaning.
    private static bool TryReadHeaders(AccessRequest request, List<string> found)
    {
        foreach (var name in Sources)
        {
            if (request.Headers.TryGetValue(name, out var values))
            {
                if (values.Count != 1)
                {
                    return false;
                }

                found.Add(values.ToString());
            }
        }

        if (!request.Headers.TryGetValue("X-Original-URL", out var urls))
        {
            return true;
        }

        if (urls.Count != 1 || PathOf(urls.ToString()) is not { } path)
        {
            return false;
        }

        found.Add(path);
        return true;
    }

    /// <summary>What follows the authority of an absolute http(s) address (RFC 3986 §3); null for anything that a proxy would not write: no path, a user, a query or a fragment before it.</summary>
    private static string? PathOf(string url)
    {
        var rest = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? url["https://".Length..]
            : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? url["http://".Length..] : "";
        var end = rest.AsSpan().IndexOfAny(EndOfAuthority);
        return end > 0 && rest[end] == '/' ? rest[end..] : null;
    }
}
