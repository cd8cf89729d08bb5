using System.Net.Http.Headers;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pipeline;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Proxy;

/// <summary>
/// Prepares the client's request for the upstream: removes the gateway's credentials, writes the
/// forwarded headers, and sets the identity headers last. <c>UPSTREAM_URL</c> and
/// <c>ROUTES_FILE</c> share these rules.
/// </summary>
internal sealed class ForwardedRequest(
    UrlOptions urls, IdentityHeaders identityHeaders, CredentialRemoval credentials, PublicOrigin scheme, HopMark mark)
{
    public const string DotSegmentsText = "The path has dot segments.\n";
    private readonly string? _host = urls.PublicOrigin is { } origin
        ? origin[(origin.IndexOf("//", StringComparison.Ordinal) + 2)..]
        : null;

    // The last one that was sent: nearly every request has the same.
    private volatile string? _validHost;
    private volatile string? _sessionHost;

    /// <summary>True for a trusted proxy's connection: it carries the requests of many users.</summary>
    public bool IsShared(AccessRequest request) => scheme.IsTrusted(request);

    /// <summary>
    /// True when an application that removes dot segments would read another path than the one that
    /// was routed, or one outside the base path of <c>UPSTREAM_URL</c>.
    /// </summary>
    public static bool LeavesItsPath(AccessRequest request) =>
        request.Target.IsAmbiguous && DotSegments.Has(request.Target.Path);

    /// <summary>
    /// True when the request has passed this gateway before: its upstream address leads back to the
    /// gateway.
    /// </summary>
    public bool HasPassed(AccessRequest request) => mark.Read(request.Headers[HopMark.Name]) > 0;

    /// <summary>
    /// False for a <c>Host</c> that <see cref="HttpClient"/> cannot send, such as one with a port over
    /// 65535. A transform that keeps the client's <c>Host</c> would put it beside a second one (RFC
    /// 9112 §3.2).
    /// </summary>
    public bool HasValidHost(AccessRequest request)
    {
        var host = request.Host;
        if (host.Length == 0 || host == _validHost)
        {
            return true;
        }

        // The rule of HttpRequestHeaders.Host. The user part keeps an @ in the host from being one.
        if (!Uri.TryCreate($"http://u@{host}/", UriKind.Absolute, out _))
        {
            return false;
        }

        _validHost = host;
        return true;
    }

    /// <summary>
    /// Removes the headers of the client that must not go upstream; the others keep their order.
    /// This happens before a route of a <c>ROUTES_FILE</c> is matched, so that no route matches a
    /// client's copy of a managed header.
    /// </summary>
    /// <returns>False when the request has passed this gateway too often.</returns>
    public bool TryClean(AccessRequest request, AccessDecision.Allow allow)
    {
        credentials.RemoveFrom(request, allow);
        if (request.Headers.Host is [{ Length: 0 }])
        {
            // A copy of it would stand beside the upstream's own.
            request.Headers.Host = StringValues.Empty;
        }

        request.Hops = mark.Read(identityHeaders.RemoveFrom(request.Headers, scheme.IsTrusted(request)));
        if (request.Headers.Upgrade.Count > 0)
        {
            // Of several protocols only websocket is kept. Any other upgrade is ignored (RFC 9110
            // §7.8).
            request.Headers.Upgrade = request.IsUpgrade ? "websocket" : StringValues.Empty;
        }

        return request.Hops < HopMark.MostHops;
    }

    /// <summary>
    /// Appends the gateway's headers after the copied ones, always in the same order. A copy that
    /// an operator's transform added is replaced.
    /// </summary>
    /// <param name="upstream">The request to the upstream.</param>
    /// <param name="destination">The address of the upstream.</param>
    /// <param name="request">The client's request.</param>
    /// <param name="allow">The decision about it.</param>
    public void AddGatewayHeaders(
        HttpRequestMessage upstream, string destination, AccessRequest request, AccessDecision.Allow allow)
    {
        var headers = upstream.Headers;
        Put(headers, "X-Forwarded-Proto", scheme.IsHttps(request) ? "https" : "http");
        Put(headers, "X-Forwarded-Host", _host ?? scheme.RequestedHost(request));
        Put(headers, "X-Forwarded-For", ForwardedFor(request));
        Put(headers, HopMark.Name, mark.After(request.Hops));
        if (allow.Identity is { } identity)
        {
            identityHeaders.Set(headers, identity, allow);
            if (_host is null && _sessionHost != request.Host)
            {
                _sessionHost = request.Host;
            }
        }
        else if (IsMadeUp(headers.Host, request)
            && destination.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            // Over TLS each Host has connections of its own: a stranger who makes hosts up must not
            // leave one idle for each.
            headers.ConnectionClose = true;
        }
    }

    // Without a public address, the host of the sessions' requests is the one that is not made up.
    private bool IsMadeUp(string? host, AccessRequest request) =>
        host is not null
        && host == request.Host
        && !request.IsUpgrade
        && (_host ?? _sessionHost) is { } known
        && !host.Equals(known, StringComparison.OrdinalIgnoreCase);

    private string ForwardedFor(AccessRequest request)
    {
        var peer = request.Peer?.ToString() ?? "";
        return scheme.IsTrusted(request)
            && request.Headers.TryGetValue("X-Forwarded-For", out var before)
            && before.Count > 0
            ? $"{string.Join(", ", before!)}, {peer}"
            : peer;
    }

    private static void Put(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
