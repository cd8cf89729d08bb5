using System.Net;
using AuthGateway.Model;
using AuthGateway.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Proxy;

/// <summary>What an upstream may not say to the browser: it sets none of our cookies, clears no site data and widens no service worker.</summary>
internal sealed class UpstreamHeaders(OwnCookies cookies)
{
    /// <summary>
    /// An upgrade that nobody asked for (RFC 9110 §15.2.2): an error of the upstream's, and no answer. <c>Upgrade</c> without <c>Connection: Upgrade</c>, or with a body, asks for none:
    /// the forwarder passes neither on, and the client's connection stays HTTP.
    /// </summary>
    public static bool IsUnaskedUpgrade(HttpResponseMessage? answer, HttpContext context, AccessRequest request) =>
        answer is { StatusCode: HttpStatusCode.SwitchingProtocols } && !request.IsExtendedConnect && context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true };

    public void Filter(IHeaderDictionary headers)
    {
        var lines = headers.SetCookie;
        if (lines.Count > 0)
        {
            FilterCookies(headers, lines);
        }

        headers.Remove("Clear-Site-Data");
        headers.Remove("Service-Worker-Allowed");
        headers.Remove("Alt-Svc");
    }

    private void FilterCookies(IHeaderDictionary headers, StringValues lines)
    {
        var kept = lines.Where(line => line is not null && !SetsOurs(line)).ToArray();
        if (kept.Length != lines.Count)
        {
            headers.SetCookie = kept;
        }
    }

    // A browser that takes a cookie without a name sends its value as if it were name and value (RFC 6265bis §5.7); one of ours behind a comma in a value is read when it comes back.
    private bool SetsOurs(string setCookie)
    {
        var pair = setCookie.AsSpan();
        var end = pair.IndexOf(';');
        pair = (end < 0 ? pair : pair[..end]).TrimStart("= \t");
        return cookies.IsOurs(pair[..NameLength(pair)].Trim()) || CookieHeader.Names(pair, cookies.Ours);
    }

    private static int NameLength(ReadOnlySpan<char> pair) => pair.IndexOf('=') is >= 0 and var equals ? equals : pair.Length;
}
