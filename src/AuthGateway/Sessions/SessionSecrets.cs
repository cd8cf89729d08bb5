using System.Security.Cryptography;
using System.Text;
using AuthGateway.Configuration;

namespace AuthGateway.Sessions;

/// <summary>
/// <c>SESSION_SECRET</c> candidates, newest first; without the setting derived from the client secret, and for a public client made once and
/// kept beside the SQLite file (mode 0600).
/// </summary>
internal sealed class SessionSecrets(GatewayOptions options)
{
    private readonly Lock _gate = new();
    private string? _kept;

    public string Newest => Candidates[0];

    /// <exception cref="StoreUnavailableException">The kept secret of a public client can neither be read nor made.</exception>
    public IReadOnlyList<string> Candidates
    {
        get
        {
            var configured = options.Session.Secrets.Current;
            if (configured.Count > 0)
            {
                return configured;
            }

            var client = options.Provider.ClientSecrets.Current;
            return client.Count > 0 ? [.. client.Select(Derive)] : [Kept()];
        }
    }

    private static string Derive(string clientSecret) => Convert.ToHexStringLower(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(clientSecret), 32, info: "authgateway/session-secret"u8.ToArray()));

    private string Kept()
    {
        lock (_gate)
        {
            return _kept ??= ReadOrMake(options.Session.StorePath + ".secret");
        }
    }

    private static string ReadOrMake(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                return File.ReadAllText(path).Trim();
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            using var stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            stream.Write(Encoding.ASCII.GetBytes(secret));
            return secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"SESSION_SECRET: a public client needs it, and none can be kept at {path}; set SESSION_SECRET or make the folder writable.", e);
        }
    }
}
