using AuthGateway.Http;

namespace AuthGateway.Endpoints;

/// <summary>One address of the gateway.</summary>
/// <param name="Path">Compared with the raw path byte for byte.</param>
/// <param name="Scope">Whether paths below it belong to it too.</param>
/// <param name="HandleAsync">Writes the answer; it answers unexpected methods itself.</param>
internal sealed record EndpointRoute(string Path, RouteScope Scope, Func<HttpContext, AccessRequest, Task> HandleAsync)
{
    public bool Matches(ReadOnlySpan<char> path) =>
        path.StartsWith(Path, StringComparison.Ordinal)
        && (path.Length == Path.Length || Scope switch
        {
            RouteScope.Exact => false,
            RouteScope.Segments => path[Path.Length] == '/',
            _ => true,
        });
}
