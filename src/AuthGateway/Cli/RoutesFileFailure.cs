using AuthGateway.Configuration;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Cli;

/// <summary>Why the routes of <c>ROUTES_FILE</c> cannot be served, each as one sentence with the setting and the next step.</summary>
internal static class RoutesFileFailure
{
    /// <summary>Empty when <paramref name="failure"/> is about something else.</summary>
    public static IReadOnlyList<string> Describe(Exception failure, ServerOptions server) => (server.RoutesFile, failure) switch
    {
        (null, _) => [],
        ({ } file, RoutesFileException wrong) => [.. wrong.Problems.Select(problem => $"ROUTES_FILE: {file}: {problem}")],
        ({ } file, InvalidDataException) => [$"ROUTES_FILE: {file} cannot be read: {failure.GetBaseException().Message} Correct the file; it is YARP's own JSON."],
        ({ } file, InvalidOperationException { InnerException: AggregateException all }) => [.. all.Flatten().InnerExceptions.Select(one => $"ROUTES_FILE: {file}: {one.Message}")],
        ({ } file, InvalidOperationException { Source: "Yarp.ReverseProxy", InnerException: { } inner }) => [$"ROUTES_FILE: {file}: {inner.Message} Correct the file; it is YARP's own JSON."],
        _ => [],
    };
}
