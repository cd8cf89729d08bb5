namespace AuthGateway.Proxy.Routes;

/// <summary>A <c>ROUTES_FILE</c> that says what cannot be served: one sentence each.</summary>
internal sealed class RoutesFileException(IReadOnlyList<string> problems) : Exception(string.Join(' ', problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
