using AuthGateway.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Configuration;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// The prefix that a route removed from the path. It is sent as <c>X-Forwarded-Prefix</c> and added
/// to redirects. It is never ambiguous (<see cref="RequestTarget.IsAmbiguous"/>):
/// <c>//evil.example</c> in front of a path names a host.
/// </summary>
/// <param name="Path">The raw prefix without a trailing slash.</param>
internal sealed record StrippedPrefix(string Path)
{
    /// <summary>
    /// True when the route removes a prefix: by <c>PathRemovePrefix</c>, or by a <c>PathPattern</c>
    /// that ends in a value of the route's own path. A path that is the same for every request
    /// (<c>PathSet</c>) removes nothing.
    /// </summary>
    public static bool IsRemovedBy(RouteConfig route)
    {
        var transforms = (route.Transforms ?? []).SelectMany(transform => transform).ToList();
        IEnumerable<string> Of(string name) =>
            transforms.Where(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(pair => pair.Value);
        return !Of("PathSet").Any()
            && (Of("PathRemovePrefix").Any()
                || Of("PathPattern").Any(pattern => EndsInRouteValue(pattern, route.Match.Path)));
    }

    /// <summary>
    /// Returns null when <paramref name="rewritten"/> is no suffix of <paramref name="original"/>,
    /// or when the removed part is ambiguous.
    /// </summary>
    public static StrippedPrefix? Find(ReadOnlySpan<char> original, string rewritten)
    {
        var end = rewritten == "/" ? (original.EndsWith("/") ? "/" : "") : rewritten;
        if ((end.Length > 0 && end[0] != '/')
            || original.Length <= end.Length
            || !original.EndsWith(end, StringComparison.Ordinal))
        {
            return null;
        }

        return RequestTarget.TryParse(original[..^end.Length].ToString(), out var prefix) && !prefix.IsAmbiguous
            ? new StrippedPrefix(prefix.Raw)
            : null;
    }

    private static bool EndsInRouteValue(string pattern, string? path) => path is not null
        && RoutePatternFactory.Parse(pattern).PathSegments is [
            .., { IsSimple: true, Parts: [RoutePatternParameterPart last] },
        ]
        && RoutePatternFactory.Parse(path).GetParameter(last.Name) is not null;
}
