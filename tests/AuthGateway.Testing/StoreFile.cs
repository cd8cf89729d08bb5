using System.Text;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Testing;

/// <summary>The session database from outside, as another process would open it.</summary>
internal static class StoreFile
{
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Runs SQL that a test wrote.</summary>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of its first row; null where there is none.</summary>
    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        return command.ExecuteScalar();
    }

    /// <summary>Rows of every table that holds sessions, counted in the file itself.</summary>
    public static long SessionRows(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var list = Command(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND lower(name) LIKE '%session%'");
        var tables = new List<string>();
        using (var reader = list.ExecuteReader())
        {
            while (reader.Read())
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.NotEmpty(tables);
        return tables.Sum(table => (long)Scalar(connection, $"SELECT count(*) FROM \"{table}\"")!);
    }

    /// <summary>Every byte of every file beside the store, as Latin-1.</summary>
    public static string Bytes(string path) => string.Concat(
        Directory.GetFiles(Path.GetDirectoryName(path)!).Select(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return Encoding.Latin1.GetString(copy.ToArray());
        }));

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tests, and names out of the catalogue of the file itself.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
