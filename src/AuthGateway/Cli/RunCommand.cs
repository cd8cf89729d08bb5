using AuthGateway.Configuration;
using AuthGateway.Hosting;

namespace AuthGateway.Cli;

/// <summary>
/// <c>auth-gateway run</c>: reads the settings and runs the server until it is stopped.
/// </summary>
internal static class RunCommand
{
    /// <returns>
    /// 0 after a stop, 2 when settings or routes are invalid or a port cannot be opened, 3 when the
    /// server ended without a stop signal.
    /// </returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> envFiles, string? oauth2ProxyFile, CancellationToken cancellationToken)
    {
        var result = SettingsInput.Read(envFiles, SettingsInput.ProcessEnvironment(oauth2ProxyFile));
        await WriteLinesAsync(Console.Error, result.Warnings.Select(warning => "warning: " + warning));
        await WriteLinesAsync(Console.Error, result.Notes.Select(note => "note: " + note));
        if (result.Options is not { } options)
        {
            await WriteLinesAsync(Console.Error, result.Errors);
            return ExitCode.BrokenSettings;
        }

        await WriteLinesAsync(Console.Out, result.Effective);
        try
        {
            await using var server = GatewayServer.Create(options);
            return await ServeAsync(server, options, cancellationToken);
        }
        catch (Exception e) when (RoutesFileFailure.Describe(e, options.Server) is { Count: > 0 } sentences)
        {
            await WriteLinesAsync(Console.Error, sentences);
            return ExitCode.BrokenSettings;
        }
    }

    /// <summary>Runs one server from its start to its end.</summary>
    internal static async Task<int> ServeAsync(
        GatewayServer server, GatewayOptions options, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals();
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (Exception e) when (ListenFailure.Describe(e, options.Server) is { } sentence)
        {
            // Background work that has started must end before its services are disposed.
            await server.StopAsync(CancellationToken.None);
            await WriteLinesAsync(Console.Error, [sentence]);
            return ExitCode.BrokenSettings;
        }

        await server.WaitForShutdownAsync(cancellationToken);
        if (signals.HaveCome || cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Fine;
        }

        const string ended = "The server has ended without a stop signal (SIGTERM, SIGINT or SIGQUIT); "
            + "the lines before give the reason. Start it again, and report it if it stays.";
        await WriteLinesAsync(Console.Error, [ended]);
        return ExitCode.Ended;
    }

    private static async Task WriteLinesAsync(TextWriter writer, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            await writer.WriteLineAsync(line);
        }
    }
}
