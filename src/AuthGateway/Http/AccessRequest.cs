using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Http;

/// <summary>
/// A request as the access decision sees it. No code after this point needs the
/// <see cref="HttpContext"/>.
/// </summary>
internal sealed class AccessRequest
{
    public required string Method { get; init; }
    public required RequestTarget Target { get; init; }
    public required IHeaderDictionary Headers { get; init; }
    public required EntryPoint EntryPoint { get; init; }

    /// <summary>The connection that carried the request.</summary>
    public required ClientConnection Connection { get; init; }

    /// <summary>
    /// The peer address of the connection, IPv4 mapped addresses as IPv4. Headers never change it.
    /// </summary>
    public IPAddress? Peer => Connection.Peer;

    /// <summary>True when the connection itself is TLS.</summary>
    public bool IsTls => Connection.IsTls;

    public bool IsHttp11 { get; init; }

    /// <summary>
    /// True for HTTP/1.0, which has neither upgrades nor chunked transfer coding.
    /// </summary>
    public bool IsHttp10 { get; init; }

    public bool IsHttp2 => !IsHttp11 && !IsHttp10;

    /// <summary>True for a WebSocket over HTTP/2: an extended CONNECT (RFC 8441).</summary>
    public bool IsExtendedConnect { get; init; }

    /// <summary>
    /// Features of the HTTP exchange that carries this request, or that carries the proxy's check
    /// about it.
    /// </summary>
    public required IFeatureCollection Features { private get; init; }

    /// <summary>Cancelled when the client closes the connection or resets the stream.</summary>
    public CancellationToken Aborted =>
        Features.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? CancellationToken.None;

    /// <summary>
    /// The original request of a forward-auth check (nginx, Caddy, Traefik): same client and
    /// headers, another method and target.
    /// </summary>
    public AccessRequest ForOriginalTarget(EntryPoint entryPoint, string method, RequestTarget target) =>
        new()
        {
            Method = method,
            Target = target,
            Headers = Headers,
            EntryPoint = entryPoint,
            Connection = Connection,
            Features = Features,
        };

    public StringValues Cookies => Headers.Cookie;

    public bool IsGetOrHead => HttpMethods.IsGet(Method) || HttpMethods.IsHead(Method);

    /// <summary>
    /// True when the client asks for a WebSocket. An upgrade to another protocol (<c>h2c</c>,
    /// <c>TLS/1.2</c>) is ignored, and so is every upgrade in HTTP/1.0 (RFC 9110 §7.8).
    /// </summary>
    public bool IsUpgrade =>
        IsExtendedConnect || (Headers.Upgrade.Count > 0 && !IsHttp10 && AsksForWebSocket(Headers.Upgrade));

    /// <summary>
    /// How often this request has passed this gateway before. Known once its headers are prepared
    /// for the upstream.
    /// </summary>
    public int Hops { get; set; }

    /// <summary>
    /// True for a WebSocket handshake (RFC 6455 §4.1, RFC 8441 §5). A proxy's check carries no
    /// <c>Upgrade</c>, which is a hop-by-hop header. There the <c>Sec-WebSocket-*</c> headers and
    /// the browser's <c>Sec-Fetch-Mode: websocket</c> identify it.
    /// </summary>
    public bool IsWebSocket =>
        IsUpgrade
        || Headers.ContainsKey(HeaderNames.SecWebSocketKey)
        || Headers.ContainsKey(HeaderNames.SecWebSocketVersion)
        || Headers.ContainsKey(HeaderNames.SecWebSocketProtocol)
        || Headers.ContainsKey(HeaderNames.SecWebSocketExtensions)
        || Single("Sec-Fetch-Mode") == "websocket";

    /// <summary>The <c>Host</c> header (or <c>:authority</c>) as received.</summary>
    public string Host => Headers.Host.ToString();

    /// <summary>
    /// Reads the raw request target (RFC 9112 §3.2). Returns false when <see cref="RequestTarget"/>
    /// cannot parse it.
    /// </summary>
    public static bool TryRead(
        IFeatureCollection features,
        EntryPoint entryPoint,
        ClientConnection connection,
        [NotNullWhen(true)] out AccessRequest? request)
    {
        // The indexer by type is faster than Get<T>(), which resolves the generic method in each
        // call.
        var raw = (IHttpRequestFeature)features[typeof(IHttpRequestFeature)]!;
        if (!RequestTarget.TryParse(raw.RawTarget, out var target))
        {
            request = null;
            return false;
        }

        var isHttp11 = HttpProtocol.IsHttp11(raw.Protocol);
        request = new()
        {
            Method = raw.Method,
            Target = target,
            Headers = raw.Headers,
            EntryPoint = entryPoint,
            Connection = connection,
            IsHttp11 = isHttp11,
            IsHttp10 = !isHttp11 && HttpProtocol.IsHttp10(raw.Protocol),
            Features = features,
            IsExtendedConnect = HttpMethods.IsConnect(raw.Method)
                && features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" },
        };
        return true;
    }

    /// <summary>The only value of a header; null when it is absent, empty or repeated.</summary>
    public string? Single(string name) =>
        Headers.TryGetValue(name, out var values) && values.Count == 1 && values[0] is { Length: > 0 } value
            ? value
            : null;

    /// <summary>
    /// The credential after <c>Bearer</c> (case-insensitive), or the whole value. Null when absent,
    /// empty or repeated.
    /// </summary>
    public string? Credential(string headerName)
    {
        if (Single(headerName) is not { } value)
        {
            return null;
        }

        var text = value.AsSpan().Trim();
        if (text.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        const string Scheme = "Bearer ";
        return (text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].Trim() : text)
            .ToString();
    }

    /// <summary>
    /// True when the header is present and holds <c>Bearer</c> without a token, as Kubeflow's
    /// dashboard sends it with an HttpOnly cookie.
    /// </summary>
    public bool HasEmptyBearer(string headerName) =>
        Headers.TryGetValue(headerName, out var values)
            && values.Count == 1
            && values[0].AsSpan().Trim().Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    private static bool AsksForWebSocket(StringValues protocols)
    {
        foreach (var protocol in protocols)
        {
            if (protocol is not null && protocol.Contains("websocket", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public bool HasBearerScheme => Headers.TryGetValue(HeaderNames.Authorization, out var values)
        && values.Any(value => value is not null
            && value.AsSpan().TrimStart().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase));
}
