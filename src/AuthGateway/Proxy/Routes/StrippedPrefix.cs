using AuthGateway.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Configuration;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// What a route took off the front of the path: sent as <c>X-Forwarded-Prefix</c> and put back into redirects. It is never ambiguous
/// (<see cref="RequestTarget.IsAmbiguous"/>): <c>//evil.example</c> before a path names a host.
/// </summary>
/// <param name="Path">Raw, without a slash at its end.</param>
internal sealed record StrippedPrefix(string Path)
{
    /// <summary>
    /// True when the route takes something off: by <c>PathRemovePrefix</c>, or by a <c>PathPattern</c> that ends in a value of the route's own path. A path that is
    /// the same for every request (<c>PathSet</c>) takes nothing off.
    /// </summary>
    public static bool IsLeftBy(RouteConfig route)
    {
        var transforms = (route.Transforms ?? []).SelectMany(transform => transform).ToList();
        IEnumerable<string> Of(string name) => transforms.Where(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Value);
        return !Of("PathSet").Any() && (Of("PathRemovePrefix").Any() || Of("PathPattern").Any(pattern => EndsInValueOf(pattern, route.Match.Path)));
    }

    /// <summary>Null when <paramref name="rewritten"/> is no end of <paramref name="original"/>, or what stands before it is ambiguous.</summary>
    public static StrippedPrefix? Find(ReadOnlySpan<char> original, string rewritten)
    {
        var end = rewritten == "/" ? (original.EndsWith("/") ? "/" : "") : rewritten;
        if ((end.Length > 0 && end[0] != '/') || original.Length <= end.Length || !original.EndsWith(end, StringComparison.Ordinal))
        {
            return null;
        }

        return RequestTarget.TryParse(original[..^end.Length].ToString(), out var prefix) && !prefix.IsAmbiguous ? new StrippedPrefix(prefix.Raw) : null;
    }

    private static bool EndsInValueOf(string pattern, string? path) => path is not null
        && RoutePatternFactory.Parse(pattern).PathSegments is [.., { IsSimple: true, Parts: [RoutePatternParameterPart last] }]
        && RoutePatternFactory.Parse(path).GetParameter(last.Name) is not null;
}
