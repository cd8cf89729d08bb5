using System.Globalization;
using System.Text.Json;
using AuthGateway.Hosting;
using AuthGateway.Limits;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Cli;

/// <summary>
/// <c>auth-gateway sessions list|end</c>: works on the store directly, also while a gateway is
/// running, which follows within a second.
/// </summary>
internal static class SessionsCommand
{
    private const int Limit = 1_000_000;

    /// <summary>
    /// Concurrent deletions: SQLite commits them in groups, and Redis pipelines them.
    /// </summary>
    private const int AtOnce = 1000;

    /// <returns>0 done, 1 the store does not answer, 2 invalid settings.</returns>
    public static Task<int> ListAsync(
        IReadOnlyList<string> envFiles,
        SessionSelection selection,
        bool asJson,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken) =>
        OnStoreAsync(envFiles, error, async store =>
        {
            var found = await FindAsync(store, selection, cancellationToken);
            await output.WriteLineAsync(asJson ? Json(found, ended: null) : Table(found));
            return ExitCode.Fine;
        });

    /// <returns>
    /// 0 ended, 1 no session matched or the store does not answer, 2 invalid settings or no
    /// selection.
    /// </returns>
    public static async Task<int> EndAsync(
        IReadOnlyList<string> envFiles,
        SessionSelection selection,
        bool asJson,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        if (selection.IsEmpty)
        {
            await error.WriteLineAsync("sessions end: say which: --user, --sid, --id, or --all.");
            return ExitCode.BrokenSettings;
        }

        return await OnStoreAsync(envFiles, error, async store =>
        {
            var found = await FindAsync(store, selection, cancellationToken);
            var ended = 0;
            foreach (var chunk in found.Chunk(AtOnce))
            {
                var deletions = chunk.Select(session => store.DeleteAsync(session.Hash, cancellationToken));
                ended += (await Task.WhenAll(deletions)).Count(isEnded => isEnded);
            }

            await output.WriteLineAsync(asJson ? Json(found, ended) : Ended(ended));
            return ended > 0 ? ExitCode.Fine : ExitCode.Findings;
        });
    }

    private static async Task<int> OnStoreAsync(
        IReadOnlyList<string> envFiles, TextWriter error, Func<ISessionStore, Task<int>> work)
    {
        var settings = SettingsInput.Read(envFiles, SettingsInput.ProcessEnvironment());
        if (settings.Options is not { } options)
        {
            foreach (var problem in settings.Errors)
            {
                await error.WriteLineAsync(problem);
            }

            return ExitCode.BrokenSettings;
        }

        try
        {
            await using var services = new ServiceCollection()
                .AddLogging()
                .AddSingleton(options.Session)
                .AddSingleton(TimeProvider.System)
                .AddStore(options.Session)
                .BuildServiceProvider();
            return await work(services.GetRequiredService<ISessionStore>());
        }
        catch (StoreUnavailableException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.Findings;
        }
    }

    private static async Task<IReadOnlyList<SessionSummary>> FindAsync(
        ISessionStore store, SessionSelection selection, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(selection.Filter, Limit, cancellationToken)).Where(selection.Matches)];

    private static string Ended(int count) => count == 0
        ? "No session matches."
        : $"Ended {count} session(s). The provider's own sessions live on: a browser that is still logged in there "
            + "comes back without a password.";

    private static string Json(IReadOnlyList<SessionSummary> sessions, int? ended) =>
        JsonSerializer.Serialize(
            new SessionsReport([.. sessions.Select(SessionLine.From)]) { Ended = ended },
            SessionsJson.Default.SessionsReport);

    private static string Table(IReadOnlyList<SessionSummary> sessions)
    {
        string[] head = ["ID", "USER", "LOGGED IN", "LAST USED", "ENDS", "ADDRESS", "BROWSER"];
        string[][] rows = [head, .. sessions.Select(Row)];
        var widths = Enumerable.Range(0, head.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var lines = rows.Select(row =>
            string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return string.Join('\n', [.. lines, $"{sessions.Count} session(s)."]);
    }

    private static string[] Row(SessionSummary session) =>
    [
        session.Hash.ToString(), Printable(session.UserId), Time(session.CreatedAt), Time(session.LastUsedAt),
        Time(session.ExpiresAt), Printable(session.Address), Printable(session.UserAgent),
    ];

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture);

    // Browsers control this text; control characters must not reach a terminal.
    private static string Printable(string? text) =>
        string.IsNullOrEmpty(text) ? "-" : new([.. text.Select(c => char.IsControl(c) ? '?' : c)]);
}
