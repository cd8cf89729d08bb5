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
    /// <param name="read">The session, at the version that was read.</param>
    /// <param name="duration">Duration of the lease.</param>
    /// <param name="patience">How long an expired lease is left to its holder.</param>
    /// <param name="now">The current time.</param>
    public static RefreshLease? Take(
        SqliteConnection connection, RefreshLease read, TimeSpan duration, TimeSpan patience, DateTimeOffset now)
    {
        using var command = Prepare(connection, SqliteSchema.TakeLease, read)
            .With("$now", now.ToUnixTimeMilliseconds())
            .With("$until", (now + duration).ToUnixTimeMilliseconds())
            .With("$patience", (long)patience.TotalMilliseconds);
        return command.ExecuteScalar() is long newest ? read with { Version = newest } : null;
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
    /// Returns a lease and writes <paramref name="payload"/> if there is one; false, and nothing
    /// written, when another process took the lease or the row is gone.
    /// </summary>
    public static bool Return(SqliteConnection connection, RefreshLease lease, byte[]? payload = null)
    {
        using var command = Prepare(connection, SqliteSchema.ReturnLease, lease);
        return command.ExecuteNonQuery() > 0
            && (payload is null || ReplacePayload(connection, lease.Hash, payload));
    }

    /// <summary>True when no other process took the lease since.</summary>
    public static bool IsNewest(SqliteConnection connection, RefreshLease lease)
    {
        using var command = Prepare(connection, SqliteSchema.IsNewest, lease);
        return command.ExecuteScalar() is not null;
    }

    private static bool ReplacePayload(SqliteConnection connection, SessionHash hash, byte[] payload)
    {
        using var command = connection.Prepare(SqliteSchema.ReplacePayload)
            .With("$hash", hash.ToArray())
            .With("$sealed", payload);
        return command.ExecuteNonQuery() > 0;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, RefreshLease lease) =>
        connection.Prepare(sql).With("$hash", lease.Hash.ToArray()).With("$version", lease.Version);
}
