using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// The tables and statements. The schema's version is in <c>user_version</c>; a file with a newer
/// version is refused.
/// </summary>
internal static class SqliteSchema
{
    public const int Version = 4;

    /// <summary>"AGWS": distinguishes the session database from another application's.</summary>
    public const int ApplicationId = 0x41475753;

    /// <summary>
    /// Migration steps: the first creates version 1 from an empty file. Existing steps never
    /// change.
    /// </summary>
    public static readonly string[] Steps =
    [
        """
        CREATE TABLE sessions(
          hash BLOB PRIMARY KEY, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL,
          issuer TEXT, subject TEXT, sid TEXT, user TEXT, agent TEXT, address TEXT) WITHOUT ROWID;
        CREATE INDEX sessions_expires ON sessions(expires);
        CREATE INDEX sessions_subject ON sessions(subject);
        CREATE INDEX sessions_sid ON sessions(sid);
        CREATE TABLE payloads(hash BLOB PRIMARY KEY, sealed BLOB NOT NULL);
        CREATE TABLE heartbeat(one INTEGER PRIMARY KEY CHECK (one = 1), beats INTEGER NOT NULL);
        INSERT INTO heartbeat VALUES(1, 0);
        """,
        """
        ALTER TABLE sessions ADD COLUMN authenticated INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sessions ADD COLUMN nonce TEXT;
        ALTER TABLE sessions ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sessions ADD COLUMN leased INTEGER NOT NULL DEFAULT 0;
        UPDATE sessions SET authenticated = created;
        CREATE INDEX sessions_user ON sessions(user);
        CREATE INDEX sessions_nonce ON sessions(nonce) WHERE nonce IS NOT NULL;
        CREATE TABLE notices(
          id TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT, sid TEXT,
          issued INTEGER NOT NULL, until INTEGER NOT NULL,
          PRIMARY KEY(issuer, id)) WITHOUT ROWID;
        CREATE INDEX notices_until ON notices(until);
        """,
        """
        CREATE TABLE taken(
          purpose TEXT NOT NULL, id BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY(purpose, id)) WITHOUT ROWID;
        CREATE INDEX taken_until ON taken(until);
        """,
        """
        ALTER TABLE sessions ADD COLUMN holder TEXT NOT NULL DEFAULT '';
        ALTER TABLE taken ADD COLUMN taker TEXT NOT NULL DEFAULT '';
        """,
    ];

    /// <summary>Inserts no row when a notice of the same issuer covers this login.</summary>
    public const string InsertSession = """
        INSERT INTO sessions(
          hash, created, expires, used, issuer, subject, sid, user, agent, address, authenticated, nonce)
        SELECT
          $hash, $created, $expires, $used, $issuer, $subject, $sid, $user, $agent, $address, $authenticated, $nonce
        WHERE NOT EXISTS (SELECT 1 FROM notices n
          WHERE n.issuer = $issuer AND n.issued >= $authenticated AND n.until > $created
          AND ((n.sid IS NOT NULL AND n.sid = $sid) OR (n.sid IS NULL AND n.subject = $subject)))
        """;

    public const string InsertPayload = "INSERT INTO payloads VALUES($hash, $sealed)";

    public const string Find = """
        SELECT s.created, s.expires, s.used, p.sealed, s.authenticated, s.version
        FROM sessions s JOIN payloads p ON p.hash = s.hash WHERE s.hash = $hash
        """;

    /// <summary>
    /// A lease is free when it was returned, or when its holder's time including the patience is
    /// over. A holder that asks again has it. Times are Unix milliseconds.
    /// </summary>
    public const string TakeLease = """
        UPDATE sessions SET version = version + 1, leased = $until, holder = $holder
        WHERE hash = $hash AND ((leased > 0 AND holder = $holder)
          OR (version = $version AND (leased = 0 OR leased + $patience <= $now))) RETURNING version
        """;

    public const string RenewLease = """
        UPDATE sessions SET version = version + $step, leased = $until
        WHERE hash = $hash AND holder = $holder AND leased > 0 RETURNING version
        """;

    public const string IsNewest =
        "SELECT 1 FROM sessions WHERE hash = $hash AND holder = $holder AND leased > 0";

    public const string ReturnLease = """
        UPDATE sessions SET version = version + 1, leased = 0
        WHERE hash = $hash AND holder = $holder AND leased > 0 RETURNING version
        """;

    /// <summary>The row's version after its newest holder returned the lease.</summary>
    public const string Returned =
        "SELECT version FROM sessions WHERE hash = $hash AND holder = $holder AND leased = 0";

    public const string ReplacePayload = "UPDATE payloads SET sealed = $sealed WHERE hash = $hash";

    public const string InsertNotice =
        "INSERT OR IGNORE INTO notices VALUES($id, $issuer, $subject, $sid, $issued, $until)";

    public const string Covered = """
        SELECT hash FROM sessions WHERE issuer = $issuer AND authenticated <= $issued
          AND (($sid IS NOT NULL AND sid = $sid) OR ($sid IS NULL AND subject = $subject))
        """;

    public const string Summary =
        "SELECT hash, created, expires, used, issuer, subject, sid, user, agent, address FROM sessions";

    public const string Exists = "SELECT 1 FROM sessions WHERE hash = $hash";

    public const string DeleteOldNotices =
        "DELETE FROM notices WHERE (issuer, id) IN (SELECT issuer, id FROM notices WHERE until <= $now LIMIT $limit)";

    /// <summary>
    /// Changes a row when the mark is new, expired or the taker's own. Times are Unix milliseconds.
    /// </summary>
    public const string TakeOnce = """
        INSERT INTO taken(purpose, id, until, taker) VALUES($purpose, $id, $until, $taker)
        ON CONFLICT(purpose, id) DO UPDATE SET until = excluded.until, taker = excluded.taker
        WHERE until <= $now OR taker = excluded.taker
        """;

    public const string DeleteOldTaken =
        "DELETE FROM taken WHERE (purpose, id) IN (SELECT purpose, id FROM taken WHERE until <= $now LIMIT $limit)";

    public const string DeleteSession = "DELETE FROM sessions WHERE hash = $hash";

    public const string IsIdle = "SELECT 1 FROM sessions WHERE hash = $hash AND used <= $before";

    public const string DeletePayload = "DELETE FROM payloads WHERE hash = $hash";

    public const string Touch = "UPDATE sessions SET used = $at WHERE hash = $hash AND used < $at";

    public const string Expired = "SELECT hash FROM sessions WHERE expires <= $now LIMIT $limit";

    /// <summary>Writes a page: a full disk allows the write lock but not this.</summary>
    public const string Heartbeat =
        "INSERT INTO heartbeat VALUES(1, 1) ON CONFLICT(one) DO UPDATE SET beats = beats + 1";

    /// <summary>Writes as much as a session does, in a row that belongs to none.</summary>
    public const string InsertTrial = "INSERT OR REPLACE INTO payloads(hash, sealed) VALUES($hash, zeroblob($bytes))";

    /// <summary>Approximate size in bytes that a session needs beside its sealed part.</summary>
    public const int SizeOfRow = 32 * 1024;

    /// <summary>No session has this hash.</summary>
    public static readonly byte[] NoSession = new byte[32];

    /// <summary>
    /// Reads every table and column that the other statements use; fails when one is missing.
    /// </summary>
    public const string ReadAllColumns = """
        SELECT 1 FROM (
          SELECT hash, created, expires, used, issuer, subject, sid, user, agent, address, authenticated, nonce,
            version, leased, holder
          FROM sessions LIMIT 1)
        UNION ALL SELECT 1 FROM (SELECT hash, sealed FROM payloads LIMIT 1)
        UNION ALL SELECT 1 FROM (SELECT id, issuer, subject, sid, issued, until FROM notices LIMIT 1)
        UNION ALL SELECT 1 FROM (SELECT purpose, id, until, taker FROM taken LIMIT 1)
        """;

    public static SqliteCommand With(this SqliteCommand command, string name, object? value)
    {
        command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>
    /// Creates a command. Microsoft.Data.Sqlite has no statement cache, and none is needed: most
    /// reads come from memory.
    /// </summary>
    public static SqliteCommand Prepare(this SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
