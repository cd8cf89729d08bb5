namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Thrown for a <c>ROUTES_FILE</c> with invalid settings: one sentence for each problem.
/// </summary>
internal sealed class RoutesFileException(IReadOnlyList<string> problems) : Exception(string.Join(' ', problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
