using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// The operations of <see cref="SqliteSessionStore"/> on one connection. Several statements of one
/// operation run in the worker's transaction.
/// </summary>
internal static class SqliteStatements
{
    /// <summary>Inserts a session; false, and nothing inserted, when a notice covers it.</summary>
    public static bool Insert(SqliteConnection connection, SessionRow row)
    {
        if (Execute(connection, SqliteSchema.InsertSession, command => SqliteRows.Bind(command, row)) == 0)
        {
            return false;
        }

        Execute(
            connection,
            SqliteSchema.InsertPayload,
            command => command.With("$hash", row.Hash.ToArray()).With("$sealed", row.Sealed));
        return true;
    }

    /// <summary>Reads a session; null when there is none.</summary>
    public static SessionRow? Find(SqliteConnection connection, SessionHash hash)
    {
        using var command = connection.Prepare(SqliteSchema.Find).With("$hash", hash.ToArray());
        using var reader = command.ExecuteReader();
        return reader.Read() ? SqliteRows.Read(hash, reader) : null;
    }

    /// <summary>Returns those of the sessions that have a row.</summary>
    public static IReadOnlySet<SessionHash> FindLive(
        SqliteConnection connection, IReadOnlyCollection<SessionHash> hashes)
    {
        using var command = connection.Prepare(SqliteSchema.Exists);
        var parameter = command.Parameters.Add("$hash", SqliteType.Blob);
        var live = new HashSet<SessionHash>();
        foreach (var hash in hashes)
        {
            parameter.Value = hash.ToArray();
            if (command.ExecuteScalar() is not null)
            {
                live.Add(hash);
            }
        }

        return live;
    }

    /// <summary>Deletes a session; false when there was none.</summary>
    public static bool Delete(SqliteConnection connection, byte[] hash)
    {
        Execute(connection, SqliteSchema.DeletePayload, command => command.With("$hash", hash));
        return Execute(connection, SqliteSchema.DeleteSession, command => command.With("$hash", hash)) > 0;
    }

    /// <summary>True when a session was last used at or before that time.</summary>
    public static bool IsIdle(SqliteConnection connection, SessionHash hash, DateTimeOffset before)
    {
        using var command = connection.Prepare(SqliteSchema.IsIdle)
            .With("$hash", hash.ToArray())
            .With("$before", before.ToUnixTimeSeconds());
        return command.ExecuteScalar() is not null;
    }

    /// <summary>Writes last uses, never backwards.</summary>
    /// <returns>The number of changed rows.</returns>
    public static int Touch(
        SqliteConnection connection, IReadOnlyList<KeyValuePair<SessionHash, DateTimeOffset>> uses) =>
        uses.Sum(use => Execute(
            connection,
            SqliteSchema.Touch,
            command => command.With("$hash", use.Key.ToArray()).With("$at", use.Value.ToUnixTimeSeconds())));

    /// <summary>Applies a logout notice and deletes the sessions that it covers.</summary>
    public static LogoutOutcome EndByProvider(SqliteConnection connection, LogoutNotice notice)
    {
        if (Execute(connection, SqliteSchema.InsertNotice, command => SqliteRows.Bind(command, notice)) == 0)
        {
            return new LogoutOutcome(IsReplay: true, []);
        }

        using var command = SqliteRows.Bind(connection.Prepare(SqliteSchema.Covered), notice);
        var covered = ReadHashes(command);
        covered.ForEach(hash => Delete(connection, hash));
        return new LogoutOutcome(IsReplay: false, [.. covered.Select(hash => SessionHash.From(hash))]);
    }

    /// <summary>Marks something as used; false when another taker's unexpired mark exists.</summary>
    public static bool TakeOnce(
        SqliteConnection connection,
        string purpose,
        SessionHash id,
        string taker,
        DateTimeOffset until,
        DateTimeOffset now) =>
        Execute(
            connection,
            SqliteSchema.TakeOnce,
            command => command
                .With("$purpose", purpose)
                .With("$id", id.ToArray())
                .With("$taker", taker)
                .With("$until", until.ToUnixTimeMilliseconds())
                .With("$now", now.ToUnixTimeMilliseconds())) > 0;

    /// <summary>Deletes expired sessions, notices and marks, in total at most the limit.</summary>
    /// <returns>The number of deleted rows.</returns>
    public static int DeleteExpired(SqliteConnection connection, DateTimeOffset now, int limit)
    {
        using var command = connection.Prepare(SqliteSchema.Expired)
            .With("$now", now.ToUnixTimeSeconds())
            .With("$limit", limit);
        var hashes = ReadHashes(command);
        hashes.ForEach(hash => Delete(connection, hash));
        var notices = Execute(
            connection,
            SqliteSchema.DeleteOldNotices,
            delete => delete.With("$now", now.ToUnixTimeSeconds()).With("$limit", limit - hashes.Count));
        var left = limit - hashes.Count - notices;
        var marks = Execute(
            connection,
            SqliteSchema.DeleteOldTaken,
            delete => delete.With("$now", now.ToUnixTimeMilliseconds()).With("$limit", left));
        return hashes.Count + notices + marks;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of changed rows.</returns>
    public static int Execute(SqliteConnection connection, string sql, Action<SqliteCommand> bind)
    {
        using var command = connection.Prepare(sql);
        bind(command);
        return command.ExecuteNonQuery();
    }

    private static List<byte[]> ReadHashes(SqliteCommand command)
    {
        var hashes = new List<byte[]>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            hashes.Add((byte[])reader[0]);
        }

        return hashes;
    }
}
