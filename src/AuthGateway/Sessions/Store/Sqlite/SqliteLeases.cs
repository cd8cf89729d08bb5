using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>Refresh leases as columns of the session's row. Times are Unix milliseconds.</summary>
internal static class SqliteLeases
{
    /// <summary>
    /// Takes a lease; null when the row is gone or was changed since, or another holder has
    /// priority.
    /// </summary>
    /// <param name="connection">The writer's connection.</param>
    /// <param name="asked">The session, at the version that was read, and who asks.</param>
    /// <param name="duration">Duration of the lease.</param>
    /// <param name="patience">How long an expired lease is left to its holder.</param>
    /// <param name="now">The current time.</param>
    public static RefreshLease? Take(
        SqliteConnection connection, RefreshLease asked, TimeSpan duration, TimeSpan patience, DateTimeOffset now)
    {
        using var command = Prepare(connection, SqliteSchema.TakeLease, asked)
            .With("$version", asked.Version)
            .With("$now", now.ToUnixTimeMilliseconds())
            .With("$until", (now + duration).ToUnixTimeMilliseconds())
            .With("$patience", (long)patience.TotalMilliseconds);
        return command.ExecuteScalar() is long newest ? asked with { Version = newest } : null;
    }

    /// <summary>Extends a lease; null when another process took it.</summary>
    public static RefreshLease? Renew(
        SqliteConnection connection, RefreshLease lease, byte[]? payload, DateTimeOffset until)
    {
        using var command = Prepare(connection, SqliteSchema.RenewLease, lease)
            .With("$step", payload is null ? 0 : 1)
            .With("$until", until.ToUnixTimeMilliseconds());
        if (command.ExecuteScalar() is not long newest)
        {
            return null;
        }

        if (payload is not null)
        {
            ReplacePayload(connection, lease.Hash, payload);
        }

        return lease with { Version = newest };
    }

    /// <summary>
    /// Returns a lease and writes <paramref name="payload"/> if there is one. A repetition changes
    /// nothing.
    /// </summary>
    /// <returns>
    /// The row's version; null, and nothing written, when another process took the lease or the row
    /// is gone.
    /// </returns>
    public static long? Return(SqliteConnection connection, RefreshLease lease, byte[]? payload = null)
    {
        using var command = Prepare(connection, SqliteSchema.ReturnLease, lease);
        if (command.ExecuteScalar() is long newest)
        {
            if (payload is not null)
            {
                ReplacePayload(connection, lease.Hash, payload);
            }

            return newest;
        }

        using var returned = Prepare(connection, SqliteSchema.Returned, lease);
        return (long?)returned.ExecuteScalar();
    }

    /// <summary>True when no other process took the lease since.</summary>
    public static bool IsNewest(SqliteConnection connection, RefreshLease lease)
    {
        using var command = Prepare(connection, SqliteSchema.IsNewest, lease);
        return command.ExecuteScalar() is not null;
    }

    private static void ReplacePayload(SqliteConnection connection, SessionHash hash, byte[] payload)
    {
        using var command = connection.Prepare(SqliteSchema.ReplacePayload)
            .With("$hash", hash.ToArray())
            .With("$sealed", payload);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, RefreshLease lease) =>
        connection.Prepare(sql).With("$hash", lease.Hash.ToArray()).With("$holder", lease.Holder);
}
