using AuthGateway.Configuration;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks whether this user can write the session file and its disk has space. Changes nothing: an
/// old BoltDB file is not moved, a missing file is not created, the probe file beside it is
/// deleted, and the write to an existing store is rolled back.
/// </summary>
internal static class StoreCheck
{
    private const int ProbeBytes = 1 << 20;

    public static IReadOnlyList<CheckFinding> Look(SessionOptions session) =>
        [.. LookAtFile(session.StorePath), .. LookAtSecret(session)];

    /// <summary>Reads the secret kept beside the file, if it is used and exists.</summary>
    private static IReadOnlyList<CheckFinding> LookAtSecret(SessionOptions session)
    {
        try
        {
            if (session.Secrets.Current.Count == 0)
            {
                new KeptSecret(session.StorePath).CheckExisting();
            }

            return [];
        }
        catch (StoreUnavailableException e)
        {
            return [new(CheckArea.Store, e.Message, "Repair or delete that file, or set SESSION_SECRET.")];
        }
    }

    private static IReadOnlyList<CheckFinding> LookAtFile(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw SqliteErrors.IsFolder(path);
            }

            Probe(NearestFolder(path));
            if (!File.Exists(path))
            {
                return [];
            }

            if (BoltFile.IsAt(path))
            {
                return
                [
                    new(
                        CheckArea.Store,
                        $"SESSION_STORE_PATH {path} is the replaced service's BoltDB file; its sessions are not "
                        + "carried over.",
                        "Nothing: the first start moves it aside and users log in once more. Stop the old service "
                        + "first."),
                ];
            }

            OpenExisting(path);
            return [];
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or SqliteException or StoreUnavailableException)
        {
            return
            [
                new(
                    CheckArea.Store,
                    SqliteErrors.Describe(path, e).Message,
                    NextStep(e)),
            ];
        }
    }

    private static string NextStep(Exception e) => e switch
    {
        StoreUnavailableException => "Set SESSION_STORE_PATH elsewhere, or do what the sentence says.",
        _ when SqliteErrors.IsReadOnly(e) => "Mount a writable volume there, or set SESSION_STORE_PATH elsewhere.",
        _ => "Make the file and its folder writable for this user, or set SESSION_STORE_PATH elsewhere.",
    };

    /// <summary>The nearest existing folder.</summary>
    private static string NearestFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && !Directory.Exists(folder))
        {
            if (File.Exists(folder))
            {
                throw SqliteErrors.IsBelowFile(path, folder);
            }

            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? "/";
    }

    /// <summary>
    /// Writes 1 MiB and flushes it to the disk, because a full disk may still accept an empty file.
    /// </summary>
    private static void Probe(string folder)
    {
        var probe = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        using var stream = new FileStream(Path.Combine(folder, $".auth-gateway-check-{Guid.NewGuid():N}"), probe);
        try
        {
            stream.Write(new byte[ProbeBytes]);
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // .NET throws this for a file that may not grow further (EFBIG, a quota or a limit of
            // the process).
            throw new IOException(e.Message, SqliteErrors.FileTooBig);
        }
    }

    private static void OpenExisting(string path)
    {
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
        }

        try
        {
            Examine(path, isExclusive: false);
        }
        catch (SqliteException e) when (SharedMemory.MayBeMissing(e, path))
        {
            Examine(path, isExclusive: true);
        }
    }

    /// <summary>Examines the file as the start does, and writes a page that is rolled back.</summary>
    private static void Examine(string path, bool isExclusive)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 2,
        };
        using var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        if (isExclusive)
        {
            SqliteFile.MakeExclusive(connection);
        }

        var version = SqliteFile.Examine(path, connection);
        if (version == SqliteSchema.Version)
        {
            Execute(connection, SqliteSchema.ReadAllColumns);
        }

        if (version > 0)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            Execute(connection, SqliteSchema.Heartbeat);
            transaction.Rollback();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.Prepare(sql);
        command.ExecuteNonQuery();
    }
}
