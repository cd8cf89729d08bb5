
namespace AuthGateway.Http;

/// <summary>Compares what a browser says about a request's origin with ours.</summary>
internal sealed class SameOrigin(PublicOrigin scheme)
{
    /// <summary>True when <c>Origin</c> is absent or is ours.</summary>
    public bool IsNotForeign(AccessRequest request) => request.Headers.Origin.Count == 0 || IsOurs(request.Single("Origin"), request);

    /// <summary>Proof that a page of our origin sent this: <c>Origin</c> is ours, or <c>Sec-Fetch-Site: same-origin</c> without a contradicting <c>Origin</c>.</summary>
    public bool IsProven(AccessRequest request) => request.Single("Origin") is { } origin && origin != "null"
        ? IsOurs(origin, request)
        : request.Headers.Origin.Count <= 1 && request.Single("Sec-Fetch-Site") == "same-origin";

    /// <summary>True when <c>Origin</c> is absent or its host and port are ours: for where the public scheme may be unknown.</summary>
    public bool IsSameHost(AccessRequest request) => request.Headers.Origin.Count == 0
        || (Uri.TryCreate(request.Single("Origin"), UriKind.Absolute, out var theirs) && Uri.TryCreate(theirs.Scheme + "://" + HostOf(scheme.Origin(request)), UriKind.Absolute, out var ours)
            && string.Equals(theirs.Authority, ours.Authority, StringComparison.OrdinalIgnoreCase));

    private static string HostOf(string origin) => origin[(origin.IndexOf("//", StringComparison.Ordinal) + 2)..];

    private bool IsOurs(string? origin, AccessRequest request) =>
        origin is not null && string.Equals(origin, scheme.Origin(request), StringComparison.OrdinalIgnoreCase);
}
