
namespace AuthGateway.Http;

/// <summary>
/// Compares the origin that a browser reports for a request with the public origin.
/// </summary>
internal sealed class SameOrigin(PublicOrigin scheme)
{
    /// <summary>True when <c>Origin</c> is absent or the public origin.</summary>
    public bool IsNotForeign(AccessRequest request) =>
        request.Headers.Origin.Count == 0 || IsPublicOrigin(request.Single("Origin"), request);

    /// <summary>
    /// True when the request provably comes from a page of the public origin: <c>Origin</c> equals
    /// it, or <c>Sec-Fetch-Site: same-origin</c> without a contradicting <c>Origin</c>.
    /// </summary>
    public bool IsProven(AccessRequest request) => request.Single("Origin") is { } origin && origin != "null"
        ? IsPublicOrigin(origin, request)
        : request.Headers.Origin.Count <= 1 && request.Single("Sec-Fetch-Site") == "same-origin";

    /// <summary>
    /// True when <c>Origin</c> is absent or has the public host and port. Used where the public
    /// scheme may be unknown.
    /// </summary>
    public bool IsSameHost(AccessRequest request)
    {
        if (request.Headers.Origin.Count == 0)
        {
            return true;
        }

        return Uri.TryCreate(request.Single("Origin"), UriKind.Absolute, out var sent)
            && Uri.TryCreate($"{sent.Scheme}://{GetHost(scheme.Origin(request))}", UriKind.Absolute, out var expected)
            && string.Equals(sent.Authority, expected.Authority, StringComparison.OrdinalIgnoreCase);
    }

    private static string GetHost(string origin) => origin[(origin.IndexOf("//", StringComparison.Ordinal) + 2)..];

    private bool IsPublicOrigin(string? origin, AccessRequest request) =>
        origin is not null && string.Equals(origin, scheme.Origin(request), StringComparison.OrdinalIgnoreCase);
}
