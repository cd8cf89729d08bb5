using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Endpoints.ExtAuthz;

/// <summary>
/// The decision service for Envoy's HTTP ext_authz: one handler, any method and path, reads the raw target. 200 allows; everything else goes to the
/// client, so no page of ours is 200 or 5xx here. A browser that came here itself gets a page with its 200 (<see cref="DirectVisit"/>).
/// </summary>
internal sealed partial class ExtAuthzEndpoint(
    GatewayOptions options, AccessPipeline pipeline, DecisionWriter writer, GatewayEndpoints own, IdentityHeaders identityHeaders, HeadersToRemove removals, SessionHeader sessionHeader,
    GatewayCookies cookies, DirectVisit direct, ILogger<ExtAuthzEndpoint> logger)
{
    private readonly string _site = options.Urls.Prefix + "site";
    private readonly bool _copiesCookie = options.Server.ExtAuthzUpstreamHeaders.Contains("cookie", StringComparer.OrdinalIgnoreCase);

    private readonly bool _copiesIdToken = options.Identity.ForwardIdToken && options.Server.ExtAuthzUpstreamHeaders.Contains(HeaderNames.Authorization, StringComparer.OrdinalIgnoreCase);

    private readonly string[] _copiedIdentity = [.. identityHeaders.ManagedNames.Where(name => options.Server.ExtAuthzUpstreamHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))];

    // What Kestrel lets no value of an answer hold.
    private static readonly System.Buffers.SearchValues<char> Unwritable = System.Buffers.SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code).Where(c => c != '\t'), '\u007f']);

    public Task HandleAsync(Exchange exchange)
    {
        if (!AccessRequest.TryRead(exchange.Features, EntryPoint.ExtAuthz, exchange.Connection, out var request))
        {
            return PlainText.WriteBadTargetAsync(exchange.Context);
        }

        if (request.IsHttp10 && Framing.Fault(request) is { } fault)
        {
            return PlainText.WriteBadFramingAsync(exchange.Context, fault);
        }

        if (_copiesCookie && !IsCopyable(request.Cookies))
        {
            return PlainText.WriteAsync(exchange.Context, 400, "A cookie holds a control character.\n");
        }

        // A check asks about a request, never about a tunnel; to a CONNECT Kestrel lets no 2xx have a body.
        if (request.Method is "CONNECT")
        {
            return PlainText.WriteBadMethodAsync(exchange.Context);
        }

        var target = request.Target;
        if (own.Owns(target))
        {
            // The mesh routes the old pages to the web port.
            return target.IsAtOrBelow(_site) && target.Path.Length > _site.Length ? AllowPublicAsync(exchange.Context, request) : own.HandleAsync(exchange.Context, request);
        }

        var decision = pipeline.DecideAsync(request);
        return decision.IsCompletedSuccessfully ? HandOver(exchange, request, decision.Result) : HandOverLaterAsync(exchange, request, decision);
    }

    private async Task HandOverLaterAsync(Exchange exchange, AccessRequest request, ValueTask<AccessDecision> decision) =>
        await HandOver(exchange, request, await decision);

    private Task HandOver(Exchange exchange, AccessRequest request, AccessDecision decision)
    {
        if (decision is not AccessDecision.Allow allow)
        {
            return writer.WriteAsync(exchange.Context, request, decision);
        }

        if (allow.Identity is not { } identity)
        {
            return AllowPublicAsync(exchange.Context, request);
        }

        if (identityHeaders.AreTooLong(identity, allow))
        {
            return RefuseLongAsync(exchange, request, identity);
        }

        // By type, not through the context, which looks it up by a slower way each time.
        var headers = ((IHttpResponseFeature)exchange.Features[typeof(IHttpResponseFeature)]!).Headers;
        identityHeaders.Set(headers, identity, allow);
        headers[HeadersToRemove.Header] = CredentialOf(request, allow) is { } credential ? $"{removals.WithIdentity},{credential}" : removals.WithIdentity;
        if (_copiesCookie)
        {
            StripCookies(request, headers);
        }

        if (DirectVisit.Is(request))
        {
            return direct.AnswerAsync(exchange.Context, request);
        }

        headers.ContentLength = 0;
        return Task.CompletedTask;
    }

    private Task RefuseLongAsync(Exchange exchange, AccessRequest request, Identity identity)
    {
        LongHeaders(logger, HeaderText.Shown(identity.UserId), identity.Groups.Count, identity.WireLength);
        return writer.WriteAsync(exchange.Context, request, new AccessDecision.Forbidden(
            identity,
            $"The identity headers of this user ({identity.Groups.Count} groups, {identity.WireLength / 1024} KiB) are too long for Envoy, which takes 60 KiB. "
            + "The operator can choose which groups are sent (GROUPS_HEADER_FILTER), or send none (GROUPS_HEADER=none)."));
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{UserId} is refused: {Groups} groups make {Bytes} bytes of identity headers, and Envoy takes 60 KiB. Choose which groups are sent with GROUPS_HEADER_FILTER, or none with GROUPS_HEADER=none.")]
    private static partial void LongHeaders(ILogger logger, string userId, int groups, int bytes);

    // Removal beats a copy: where Envoy copies the ID token that we send along, Authorization must not be on the list.
    private string? CredentialOf(AccessRequest request, AccessDecision.Allow allow)
    {
        var names = sessionHeader.Holding(request);
        if (allow.Method == AuthenticationMethod.Header && allow.CredentialHeader is not null)
        {
            names = names is null ? allow.CredentialHeader : $"{names},{allow.CredentialHeader}";
        }
        else if (allow.Method == AuthenticationMethod.Header && names is null)
        {
            names = sessionHeader.Name;
        }

        return names is not null && _copiesIdToken && allow.IdToken is not null ? WithoutAuthorization(names) : names;
    }

    private static string? WithoutAuthorization(string names) =>
        string.Join(',', names.Split(',').Where(name => !name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase))) is { Length: > 0 } others ? others : null;

    private Task AllowPublicAsync(HttpContext context, AccessRequest request)
    {
        var headers = context.Response.Headers;
        headers[HeadersToRemove.Header] = sessionHeader.Holding(request) is { } names ? $"{removals.Public},{names}" : removals.Public;
        foreach (var name in _copiedIdentity)
        {
            // For an Envoy that does not know the list: blank, it overwrites what a client sent.
            headers[name] = "";
        }

        if (_copiesCookie)
        {
            StripCookies(request, headers);
        }

        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = 2;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync("OK"u8.ToArray()).AsTask();
    }

    // What a header of ours cannot carry (RFC 9110 §5.5).
    private static bool IsCopyable(Microsoft.Extensions.Primitives.StringValues cookies)
    {
        foreach (var line in cookies)
        {
            if (line is not null && line.AsSpan().ContainsAny(Unwritable))
            {
                return false;
            }
        }

        return true;
    }

    private void StripCookies(AccessRequest request, IHeaderDictionary headers)
    {
        var kept = CookieHeader.Without(request.Cookies, cookies.Ours);
        if (kept.Count > 0)
        {
            headers.Cookie = string.Join("; ", kept!);
        }
        else if (request.Cookies.Count > 0)
        {
            headers[HeadersToRemove.Header] = headers[HeadersToRemove.Header] + ",cookie";
        }
    }
}
