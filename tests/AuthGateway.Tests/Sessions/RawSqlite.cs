using AuthGateway.Sessions.Store;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Sessions;

internal sealed class RawSqlite : IRawStore
{
    private readonly SqliteConnection _connection;

    public RawSqlite(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
    }

    public byte[] Sealed(SessionHash hash)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT sealed FROM payloads WHERE hash = $a";
        command.Parameters.AddWithValue("$a", hash.ToArray());
        return (byte[])command.ExecuteScalar()!;
    }

    public void SetSealed(SessionHash hash, byte[] bytes) => Run("UPDATE payloads SET sealed = $b WHERE hash = $a", hash.ToArray(), bytes);

    public void CopyRow(SessionHash from, SessionHash to)
    {
        Run(
            """
            CREATE TEMP TABLE copied AS SELECT * FROM sessions WHERE hash = $a;
            UPDATE copied SET hash = $b;
            INSERT INTO sessions SELECT * FROM copied;
            DROP TABLE copied;
            INSERT INTO payloads(hash, sealed) SELECT $b, sealed FROM payloads WHERE hash = $a;
            """,
            from.ToArray(),
            to.ToArray());
    }

    public void RewriteColumns(SessionHash hash) => Run(
        "UPDATE sessions SET user = 'admin@example.test', subject = 'sub-admin', sid = $b, issuer = 'https://another.example.test', created = created + 300000000, expires = expires + 300000000, used = used + 300000000 WHERE hash = $a",
        hash.ToArray(),
        "sid-admin");

    public void Dispose() => _connection.Dispose();

    private void Run(string sql, byte[] a, object b)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$a", a);
        command.Parameters.AddWithValue("$b", b);
        Assert.True(command.ExecuteNonQuery() > 0, "nothing was written");
    }
}
