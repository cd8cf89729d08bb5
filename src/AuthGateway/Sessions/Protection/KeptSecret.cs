using System.Security.Cryptography;
using System.Text;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Protection;

/// <summary>
/// The secret of a gateway without <c>SESSION_SECRET</c>: 32 random bytes in hexadecimal, generated
/// once and kept beside the SQLite file (<c>SESSION_STORE_PATH</c> + <c>.secret</c>, mode 0600).
/// </summary>
/// <remarks>The session file alone is not enough to open a session.</remarks>
internal sealed class KeptSecret(string storePath)
{
    private const int LeastCharacters = 32;
    private readonly string _path = storePath + ".secret";
    private readonly Lock _gate = new();
    private (string Text, DateTimeOffset MadeAt)? _kept;

    /// <exception cref="StoreUnavailableException">
    /// The secret can be neither read nor created.
    /// </exception>
    public string Text => Read().Text;

    /// <summary>When the secret was created: the file's modification time.</summary>
    public DateTimeOffset MadeAt => Read().MadeAt;

    /// <summary>Reads an existing secret; creates none.</summary>
    /// <exception cref="StoreUnavailableException">There is one that cannot be used.</exception>
    public void CheckExisting()
    {
        if (Path.Exists(_path))
        {
            _ = Read();
        }
    }

    private (string Text, DateTimeOffset MadeAt) Read()
    {
        lock (_gate)
        {
            return _kept ??= ReadOrMake();
        }
    }

    private (string Text, DateTimeOffset MadeAt) ReadOrMake()
    {
        try
        {
            if (!Path.Exists(_path))
            {
                Make();
            }

            var text = File.ReadAllText(_path).Trim();
            return text.Length >= LeastCharacters
                ? (text, new DateTimeOffset(File.GetLastWriteTimeUtc(_path), TimeSpan.Zero))
                : throw new StoreUnavailableException(
                    $"SESSION_SECRET is not set, and the secret kept at {_path} is shorter than {LeastCharacters} characters; delete that file (users log in once more) or set SESSION_SECRET.");
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && Path.Exists(_path))
        {
            throw new StoreUnavailableException(
                $"SESSION_SECRET is not set, and the secret kept at {_path} cannot be read; make that file readable for this user, delete it (users log in once more) or set SESSION_SECRET.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"SESSION_SECRET is not set, and no secret can be kept at {_path}; make the folder writable, or set SESSION_SECRET (openssl rand -base64 48).",
                e);
        }
    }

    /// <summary>
    /// Writes to a temporary name first: a crash leaves no partial secret, and one of two processes
    /// wins.
    /// </summary>
    private void Make()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var draft = $"{_path}.{Guid.NewGuid():N}";
        using (var stream = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, _path, overwrite: false);
        }
        catch (IOException) when (File.Exists(_path))
        {
            File.Delete(draft);
        }
    }
}
