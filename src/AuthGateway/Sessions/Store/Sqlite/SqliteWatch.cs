using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Detects commits of other processes by <c>PRAGMA data_version</c> of the writing connection,
/// which its own commits do not change.
/// </summary>
/// <remarks>
/// It is read every 300 ms. A reopened connection counts as a change, and so does the start.
/// </remarks>
internal static class SqliteWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    public static async IAsyncEnumerable<StoreChange> ReadAsync(
        SqliteWorker writer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (SqliteConnection? Connection, long Version) last = default;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await AskAsync(writer, cancellationToken) is { } now && now != last)
            {
                last = now;
                yield return StoreChange.Unknown.Instance;
            }

            await Task.Delay(Interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<(
        SqliteConnection Connection, long Version)?> AskAsync(SqliteWorker writer, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.RunAsync(
                static connection =>
                {
                    using var command = connection.Prepare("PRAGMA data_version");
                    return (connection, (long)command.ExecuteScalar()!);
                },
                cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // The cleanup service reports an unavailable store.
            return null;
        }
    }
}
