using AuthGateway.Sessions;
using AuthGateway.Sessions.Store.Sqlite;

namespace AuthGateway.Cli;

/// <summary>
/// <c>auth-gateway sessions reset</c>: moves an unusable SQLite file away, for images without a
/// shell.
/// </summary>
internal static class SessionsReset
{
    /// <returns>
    /// 0 moved or no file, 1 it cannot be moved, 2 invalid settings or no <c>--yes</c>.
    /// </returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> envFiles, bool isSure, TimeProvider time, TextWriter output, TextWriter error)
    {
        var settings = SettingsInput.Read(envFiles, SettingsInput.ProcessEnvironment());
        if (settings.Options is not { Session: var session })
        {
            await error.WriteLineAsync(string.Join('\n', settings.Errors));
            return ExitCode.BrokenSettings;
        }

        if (session.Redis is not null || !isSure)
        {
            await error.WriteLineAsync(session.Redis is not null
                ? "sessions reset: is for the SQLite file (SESSION_STORE_TYPE is redis); use sessions end --all."
                : $"sessions reset: moves {session.StorePath} away, and everybody logs in once more; say --yes.");
            return ExitCode.BrokenSettings;
        }

        try
        {
            await output.WriteLineAsync(File.Exists(session.StorePath)
                ? $"{session.StorePath} is kept as {DamagedFile.MoveAside(session.StorePath, time.GetUtcNow())}. The "
                    + "gateway makes a new one; everybody logs in once more."
                : $"There is no file at {session.StorePath}; nothing was done.");
            return ExitCode.Fine;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(SqliteErrors.Describe(session.StorePath, e).Message);
            return ExitCode.Findings;
        }
    }
}
