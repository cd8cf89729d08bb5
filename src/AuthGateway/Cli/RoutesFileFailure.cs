using AuthGateway.Configuration;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Cli;

/// <summary>
/// Describes why the routes of <c>ROUTES_FILE</c> cannot be used, one sentence per problem with the
/// setting and the next step.
/// </summary>
internal static class RoutesFileFailure
{
    /// <summary>Empty when <paramref name="failure"/> has another cause.</summary>
    public static IReadOnlyList<string> Describe(Exception failure, ServerOptions server)
    {
        if (server.RoutesFile is not { } file)
        {
            return [];
        }

        const string nextStep = "Correct the file; it is YARP's own JSON.";
        return failure switch
        {
            RoutesFileException invalid => [.. invalid.Problems.Select(problem => $"ROUTES_FILE: {file}: {problem}")],
            InvalidDataException =>
                [$"ROUTES_FILE: {file} cannot be read: {failure.GetBaseException().Message} {nextStep}"],
            InvalidOperationException { InnerException: AggregateException all } =>
                [.. all.Flatten().InnerExceptions.Select(one => $"ROUTES_FILE: {file}: {one.Message}")],
            InvalidOperationException { Source: "Yarp.ReverseProxy", InnerException: { } inner } =>
                [$"ROUTES_FILE: {file}: {inner.Message} {nextStep}"],
            _ => [],
        };
    }
}
