using System.Net.Http.Headers;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Pipeline;

/// <summary>
/// Manages the identity headers. Every client copy in any spelling is removed (names are folded:
/// lower case, non-alphanumerics as <c>-</c>), then the gateway's own values are set as the last
/// step (docs/threat-model.md).
/// </summary>
internal sealed class IdentityHeaders
{
    private const int LongestForEnvoy = 52 * 1024;
    private readonly IdentityOptions _identity;
    private readonly GroupHeader _groups;

    // Headers by which a client could report a false address to the upstream, or claim to be
    // authenticated by another proxy.
    internal static readonly string[] OnlyFromTrusted =
    [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Scheme",
        "X-Original-Host", "X-Envoy-Original-Host", "X-Envoy-External-Address",
        "X-Forwarded-Client-Cert", "X-Client-Cert", "X-SSL-Client-*", "SSL-Client-*",
        "X-Remote-User", "X-Remote-Group", "X-Remote-Groups", "X-Remote-Uid", "X-Remote-Extra-*",
        "X-Forwarded-Prefix", "X-Forwarded-Path", "X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Port",
        "X-Forwarded-Server", "X-Forwarded-Ssl",
        "X-Original-URL", "X-Original-URI", "X-Original-Method", "X-Rewrite-URL", "X-Envoy-Original-Path", "X-Real-IP",
    ];

    private readonly HeaderNameSet _managed;
    private readonly HeaderNameSet _fromTrusted;
    private readonly HeaderNameSet _fromStrangers;
    private readonly HeaderNameSet _address;

    public IdentityHeaders(IdentityOptions identity, GroupHeader groups)
    {
        _identity = identity;
        _groups = groups;
        ManagedNames = [.. Names(identity)];
        _managed = new HeaderNameSet(ManagedNames);
        _fromTrusted = new HeaderNameSet([.. ManagedNames, .. identity.StripHeaders, HopMark.Name]);
        _fromStrangers = new HeaderNameSet(
            [.. ManagedNames, .. identity.StripHeaders, HopMark.Name, .. OnlyFromTrusted]);
        _address = new HeaderNameSet(OnlyFromTrusted);
    }

    /// <summary>User id, groups, method and claim headers, as configured.</summary>
    public IReadOnlyList<string> ManagedNames { get; }

    /// <summary>True for a managed name in any spelling.</summary>
    public bool IsManaged(string name) => _managed.Contains(name);

    /// <summary>True for a name that folds to a managed name but is spelled differently.</summary>
    public bool IsVariant(string name) => _managed.ContainsVariant(name);

    /// <summary>
    /// Removes client copies of the managed headers and of <c>STRIP_HEADERS</c>. From an untrusted
    /// peer also the address headers; from a trusted proxy only their variant spellings, which it
    /// merely passed on.
    /// </summary>
    /// <returns>The hop mark of the request. Empty when it had none.</returns>
    public StringValues RemoveFrom(IHeaderDictionary headers, bool isTrusted)
    {
        var names = isTrusted ? _fromTrusted : _fromStrangers;
        List<string>? doomed = null;
        StringValues hops = default;
        foreach (var (name, value) in headers)
        {
            if (names.Contains(name) || (isTrusted && _address.ContainsVariant(name)))
            {
                (doomed ??= []).Add(name);
                hops = name.Equals(HopMark.Name, StringComparison.OrdinalIgnoreCase) ? value : hops;
            }
        }

        doomed?.ForEach(name => headers.Remove(name));
        return hops;
    }

    /// <summary>
    /// Sets the identity headers on a response to a proxy, with the ID token where it is configured
    /// and available (<c>USERID_TOKEN_HEADER</c>, <c>FORWARD_ID_TOKEN</c>).
    /// </summary>
    public void Set(IHeaderDictionary headers, Identity identity, AccessDecision.Allow allow) =>
        Write(new ResponseHeaderWriter(headers), identity, allow);

    /// <summary>Sets the identity headers on a request to the upstream, after all others.</summary>
    public void Set(HttpRequestHeaders headers, Identity identity, AccessDecision.Allow allow) =>
        Write(new UpstreamHeaderWriter(headers), identity, allow);

    private void Write<TSink>(TSink sink, Identity identity, AccessDecision.Allow allow)
        where TSink : struct, IHeaderWriter
    {
        foreach (var (name, value) in identity.WireHeaders ??= OnWire(identity))
        {
            sink.Set(name, value);
        }

        if (_identity.AuthMethodHeader.Length > 0)
        {
            sink.Set(_identity.AuthMethodHeader, allow.Method == AuthenticationMethod.Cookie ? "cookie" : "header");
        }

        if (_identity.UserIdTokenHeader is { } tokenHeader)
        {
            sink.Set(tokenHeader, allow.IdToken ?? "");
        }

        if (_identity.ForwardIdToken && allow.IdTokenAsBearer is { } bearer)
        {
            sink.Set("Authorization", bearer);
        }
    }

    /// <summary>
    /// True when the identity headers do not fit into a response that Envoy accepts (60 KiB of
    /// headers, of which the rest of the response needs a part).
    /// </summary>
    public bool AreTooLong(Identity identity, AccessDecision.Allow allow)
    {
        if (identity.WireHeaders is null)
        {
            identity.WireHeaders = OnWire(identity);
        }

        return identity.WireLength + (2 * (allow.IdToken?.Length ?? 0)) > LongestForEnvoy;
    }

    private KeyValuePair<string, StringValues>[] OnWire(Identity identity)
    {
        var wire = new List<KeyValuePair<string, StringValues>>
        {
            new(_identity.UserIdHeader, HeaderText.ToWire(identity.UserId)),
        };
        if (_identity.GroupsHeader.Length > 0)
        {
            wire.Add(new(_identity.GroupsHeader, _groups.Write(identity.Groups)));
        }

        wire.AddRange(
            identity.ClaimHeaders.Select(
                pair => new KeyValuePair<string, StringValues>(pair.Key, HeaderText.ToWire(pair.Value))));
        identity.WireLength = wire.Sum(pair => pair.Value.Sum(value => pair.Key.Length + (value?.Length ?? 0) + 4));
        return [.. wire];
    }

    private static IEnumerable<string> Names(IdentityOptions identity) =>
        new[] { identity.UserIdHeader, GroupsName(identity), identity.AuthMethodHeader, identity.UserIdTokenHeader }
        .Concat(identity.ClaimHeaders.Select(pair => pair.Value))
        .Where(name => !string.IsNullOrEmpty(name))
        .Select(name => name!)
        .Distinct(StringComparer.OrdinalIgnoreCase);

    // Managed even when no groups are sent: an application may read the default header.
    private static string GroupsName(IdentityOptions identity) =>
        identity.GroupsHeader.Length > 0 ? identity.GroupsHeader : IdentityOptions.DefaultGroupsHeader;
}
