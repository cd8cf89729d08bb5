using System.Buffers;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Endpoints.ExtAuthz;

/// <summary>
/// Writes the headers of an allow answer. Envoy copies the identity headers upstream, and removes
/// the headers that <c>x-envoy-auth-headers-to-remove</c> names, so that no client's copy survives.
/// </summary>
internal sealed class AllowHeaders(
    GatewayOptions options,
    IdentityHeaders identityHeaders,
    HeadersToRemove removals,
    SessionHeader sessionHeader,
    GatewayCookies cookies)
{
    // Characters that Kestrel refuses in a header value.
    private static readonly SearchValues<char> Unwritable =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code).Where(c => c != '\t'), '\u007f']);

    private readonly bool _copiesCookie = Copies(options, "cookie");
    private readonly bool _copiesIdToken =
        options.Identity.ForwardIdToken && Copies(options, HeaderNames.Authorization);
    private readonly string[] _copiedIdentity =
        [.. identityHeaders.ManagedNames.Where(name => Copies(options, name))];

    /// <summary>
    /// False when Envoy copies <c>Cookie</c> and a line of it cannot be a header value (RFC 9110
    /// §5.5).
    /// </summary>
    public bool CanCarry(StringValues cookieLines) =>
        !_copiesCookie || cookieLines.All(line => line is null || !line.AsSpan().ContainsAny(Unwritable));

    /// <summary>True when the identity headers are too long for Envoy.</summary>
    public bool AreTooLong(Identity identity, AccessDecision.Allow allow) =>
        identityHeaders.AreTooLong(identity, allow);

    /// <summary>Sets the headers for an allowed user.</summary>
    public void Set(IHeaderDictionary headers, AccessRequest request, Identity identity, AccessDecision.Allow allow)
    {
        identityHeaders.Set(headers, identity, allow);
        headers[HeadersToRemove.Header] = CredentialOf(request, allow) is { } credential
            ? $"{removals.WithIdentity},{credential}"
            : removals.WithIdentity;
        StripCookies(request, headers);
    }

    /// <summary>Sets the headers for a public path.</summary>
    public void SetPublic(IHeaderDictionary headers, AccessRequest request)
    {
        headers[HeadersToRemove.Header] =
            sessionHeader.Holding(request) is { } names ? $"{removals.Public},{names}" : removals.Public;
        foreach (var name in _copiedIdentity)
        {
            // For an Envoy that does not support the list: an empty value overwrites a client's.
            headers[name] = "";
        }

        StripCookies(request, headers);
    }

    private static bool Copies(GatewayOptions options, string name) =>
        options.Server.ExtAuthzUpstreamHeaders.Contains(name, StringComparer.OrdinalIgnoreCase);

    // Removal takes precedence over a copy: where Envoy copies the forwarded ID token,
    // Authorization must not be on the list.
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
        string.Join(',', names.Split(',').Where(
            name => !name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase)))
            is { Length: > 0 } others
            ? others
            : null;

    private void StripCookies(AccessRequest request, IHeaderDictionary headers)
    {
        if (!_copiesCookie)
        {
            return;
        }

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
