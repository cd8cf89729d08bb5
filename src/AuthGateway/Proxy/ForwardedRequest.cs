using System.Net.Http.Headers;
using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Proxy;

/// <summary>Turns the client's request into the one that goes upstream: own credentials out, forwarded headers ours, identity last.</summary>
internal sealed class ForwardedRequest(GatewayOptions options, IdentityHeaders identityHeaders, SessionHeader sessionHeader, OwnCookies cookies, PublicScheme scheme)
{
    public const string DotSegmentsText = "The path has dot segments.\n";
    private readonly string? _host = options.Urls.PublicOrigin is { } origin ? origin[(origin.IndexOf("//", StringComparison.Ordinal) + 2)..] : null;

    /// <summary>
    /// Why this request is not forwarded although its sender may: an upgrade to something else than a WebSocket, or a body in a coding that only the sender knows
    /// (RFC 9112 §6.1: Kestrel takes the chunks off and would leave the rest unnamed).
    /// </summary>
    public static string? Refusal(AccessRequest request)
    {
        if (request.Headers.Upgrade.Count > 0 && !string.Equals(request.Headers.Upgrade.ToString(), "websocket", StringComparison.OrdinalIgnoreCase))
        {
            return "Only WebSocket upgrades are forwarded.";
        }

        if (request.IsHttp10 && (request.Headers.Upgrade.Count > 0 || request.Headers.TransferEncoding.Count > 0))
        {
            return "HTTP/1.0 knows neither upgrades nor transfer codings.";
        }

        return request.Headers.TransferEncoding.Count > 0 && !string.Equals(request.Headers.TransferEncoding.ToString(), "chunked", StringComparison.OrdinalIgnoreCase)
            ? "Of the transfer codings only chunked is understood."
            : null;
    }

    /// <summary>True when an application that takes dot segments out reads another path than the one that was routed, or one outside the base path of <c>UPSTREAM_URL</c>.</summary>
    public static bool LeavesItsPath(AccessRequest request) => request.Target.IsAmbiguous && DotSegments.Has(request.Target.Path);

    /// <summary>
    /// For the routes of a <c>ROUTES_FILE</c>, before one is chosen: no rule of theirs sees a client's copy of a managed name, and a path with dot segments (which the router
    /// would take out, and the upstream would not) is refused with the returned sentence.
    /// </summary>
    public string? PrepareForRouting(AccessRequest request)
    {
        identityHeaders.RemoveFrom(request.Headers, scheme.IsTrusted(request));
        return LeavesItsPath(request) ? DotSegmentsText : null;
    }

    /// <summary>Takes out of the client's headers what must not go upstream; the others keep their order.</summary>
    public void Clean(AccessRequest request, AccessDecision.Allow allow)
    {
        StripCredentials(request, allow);
        identityHeaders.RemoveFrom(request.Headers, scheme.IsTrusted(request));
    }

    /// <summary>Puts ours behind the copied headers, always in the same order; a copy that was left (an operator's transform) goes.</summary>
    public void AddOurs(HttpRequestMessage upstream, AccessRequest request, AccessDecision.Allow allow)
    {
        var headers = upstream.Headers;
        Put(headers, "X-Forwarded-Proto", scheme.IsHttps(request) ? "https" : "http");
        Put(headers, "X-Forwarded-Host", _host ?? request.Host);
        Put(headers, "X-Forwarded-For", ForwardedFor(request));
        if (allow.Identity is { } identity)
        {
            identityHeaders.Set(headers, identity, allow);
        }
    }

    private string ForwardedFor(AccessRequest request)
    {
        var peer = request.Peer?.ToString() ?? "";
        return scheme.IsTrusted(request) && request.Headers.TryGetValue("X-Forwarded-For", out var before) && before.Count > 0 ? $"{string.Join(", ", before!)}, {peer}" : peer;
    }

    private static void Put(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }

    private void StripCredentials(AccessRequest request, AccessDecision.Allow allow)
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

        if ((allow.Method == AuthenticationMethod.Header && allow.CredentialHeader is null) || sessionHeader.HoldsSession(request))
        {
            request.Headers.Remove(sessionHeader.Name);
        }
    }
}
