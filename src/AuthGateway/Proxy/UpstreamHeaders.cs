using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using AuthGateway.Endpoints.ExtAuthz;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Proxy;

/// <summary>
/// Filters the response headers of an upstream. It may not set the gateway's cookies, send headers
/// that a proxy in front interprets, or set policies for the whole origin, which it shares with the
/// gateway and with other applications (docs/hardening.md lists the headers). <c>UPSTREAM_URL</c>
/// and <c>ROUTES_FILE</c> share these rules.
/// </summary>
internal sealed class UpstreamHeaders
{
    /// <summary>Seconds: a shorter <c>max-age</c> is removed, see docs/decisions/upstream-answers.md.</summary>
    private const int ShortestTransportSecurity = 86400;

    private static readonly string[] Dropped =
    [
        HeadersToRemove.Header, HopMark.Name, "Clear-Site-Data", "Service-Worker-Allowed", "Alt-Svc", "NEL",
        "Report-To", "Reporting-Endpoints",
    ];

    private readonly GatewayCookies _cookies;
    private readonly IdentityHeaders _identity;
    private readonly PublicLocation _location;
    private readonly FrozenDictionary<string, Rule> _rules;

    public UpstreamHeaders(GatewayCookies cookies, IdentityHeaders identity, PublicLocation location)
    {
        _cookies = cookies;
        _identity = identity;
        _location = location;
        var rules = identity.ManagedNames.Concat(Dropped)
            .ToDictionary(name => name, _ => Rule.Drop, StringComparer.OrdinalIgnoreCase);
        rules.TryAdd("Set-Cookie", Rule.Cookies);
        rules.TryAdd("WWW-Authenticate", Rule.Challenges);
        rules.TryAdd("Strict-Transport-Security", Rule.TransportSecurity);
        rules.TryAdd("Location", Rule.Location);
        _rules = rules.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private enum Rule
    {
        Drop,
        Cookies,
        Challenges,
        TransportSecurity,
        Location,
    }

    /// <summary>
    /// True for a 101 response to a request that did not ask for an upgrade (RFC 9110 §15.2.2). It
    /// is an upstream error and is not passed on. <c>Upgrade</c> without
    /// <c>Connection: Upgrade</c>, or with a body, asks for none: the forwarder passes neither on,
    /// and the client's connection stays HTTP.
    /// </summary>
    public static bool IsUnaskedUpgrade(HttpResponseMessage? answer, HttpContext context, AccessRequest request) =>
        answer is { StatusCode: HttpStatusCode.SwitchingProtocols } && !request.IsExtendedConnect
        && !(request.IsUpgrade && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true });

    /// <summary>
    /// Filters the headers that were copied from <paramref name="answer"/>. Null when there is no
    /// response and nothing was copied.
    /// </summary>
    public void Filter(
        IHeaderDictionary headers,
        AccessRequest request,
        HttpResponseMessage? answer,
        UpstreamPlace place,
        string prefix = "")
    {
        if (answer is null)
        {
            return;
        }

        foreach (var header in answer.Headers.NonValidated)
        {
            if (_rules.TryGetValue(header.Key, out var rule))
            {
                Apply(rule, header.Key, headers, request, place, prefix);
            }
            else if (_identity.IsVariant(header.Key))
            {
                headers.Remove(header.Key);
            }
        }
    }

    /// <summary>
    /// Filters trailers (RFC 9110 §6.5) in the same way. Only their names matter.
    /// </summary>
    public void FilterTrailers(IHeaderDictionary? trailers)
    {
        if (trailers is { Count: > 0 })
        {
            var refused = trailers.Keys.Where(name => _rules.ContainsKey(name) || _identity.IsManaged(name));
            foreach (var name in refused.ToList())
            {
                trailers.Remove(name);
            }
        }
    }

    private void Apply(
        Rule rule, string name, IHeaderDictionary headers, AccessRequest request, UpstreamPlace place, string prefix)
    {
        switch (rule)
        {
            case Rule.Cookies:
                FilterCookies(headers, headers.SetCookie);
                break;
            case Rule.Challenges:
                headers.WWWAuthenticate = ConnectionChallenges.Without(headers.WWWAuthenticate);
                break;
            case Rule.TransportSecurity when !EndsTransportSecurity(headers.StrictTransportSecurity):
                break;
            case Rule.Location when headers.Location.ToString() is { Length: > 0 } location:
                headers.Location = _location.Rewrite(location, request, place, prefix);
                break;
            case Rule.Location:
                break;
            default:
                headers.Remove(name);
                break;
        }
    }

    // RFC 6797 §6.1.1: max-age=0 makes browsers forget at once that the host is https only, and a
    // short one soon after.
    private static bool EndsTransportSecurity(StringValues lines) =>
        lines.Any(line => line is not null
            && line.Split(';')
                .Select(directive => directive.Split('=', 2))
                .Any(pair => pair.Length == 2
                    && pair[0].Trim().Equals("max-age", StringComparison.OrdinalIgnoreCase)
                    && IsShort(pair[1].Trim().Trim('"'))));

    private static bool IsShort(string age) =>
        age.All(char.IsAsciiDigit)
        && age.TrimStart('0') is var seconds
        && (seconds.Length == 0
            || (seconds.Length <= 5 && int.Parse(seconds, CultureInfo.InvariantCulture) < ShortestTransportSecurity));

    private void FilterCookies(IHeaderDictionary headers, StringValues lines)
    {
        var kept = lines.Where(line => line is not null && !SetsOurs(line)).ToArray();
        if (kept.Length != lines.Count)
        {
            headers.SetCookie = kept;
        }
    }

    // A browser that accepts a cookie without a name sends its value as if it were name and value
    // (RFC 6265bis §5.7). A name of the gateway's after a comma in a value would be read when it
    // comes back.
    private bool SetsOurs(string setCookie)
    {
        var pair = setCookie.AsSpan();
        var end = pair.IndexOf(';');
        pair = (end < 0 ? pair : pair[..end]).TrimStart("= \t");
        return _cookies.IsOurs(pair[..NameLength(pair)].Trim()) || CookieHeader.Names(pair, _cookies.Ours);
    }

    private static int NameLength(ReadOnlySpan<char> pair) =>
        pair.IndexOf('=') is >= 0 and var equals ? equals : pair.Length;
}
