using System.Text;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions.Protection;

namespace AuthGateway.Configuration.Readers;

/// <summary>
/// Reads a secret from its value, or from the file or folder named by its <c>_FILE</c>.
/// </summary>
internal static class SecretReader
{
    private const int LeastSessionBytes = 32;

    /// <summary><c>null</c> when it is not set. An unreadable or empty file is an error.</summary>
    public static SecretSource? Read(SettingValues values, string name, bool several, int leastBytes = 0)
    {
        var fileName = name + "_FILE";
        var path = values.Source.Find(fileName);
        if (string.IsNullOrEmpty(path))
        {
            return values.Text(name) is not { } value ? null
                : SecretSource.FromValues(several ? [.. values.List(name)!] : [value]);
        }

        if (values.Text(name) is not null)
        {
            values.Warn(name, $"{fileName} is set too and wins");
        }

        return FromPath(values, fileName, path, new SecretSource.Shape(several, leastBytes));
    }

    /// <summary>Reads <c>SESSION_SECRET</c>: each candidate must have at least 32 bytes.</summary>
    public static SecretSource SessionSecrets(SettingValues values)
    {
        var secrets = Read(values, "SESSION_SECRET", several: true, LeastSessionBytes) ?? SecretSource.Empty;
        if (secrets.Current.Any(secret => Encoding.UTF8.GetByteCount(secret) < LeastSessionBytes))
        {
            values.Error("SESSION_SECRET", "shorter than 32 bytes; make one with: openssl rand -base64 48");
        }

        return secrets;
    }

    private static SecretSource FromPath(SettingValues values, string fileName, string path, SecretSource.Shape shape)
    {
        try
        {
            var secrets = SecretSource.FromPath(path, shape);
            if (secrets.Current.Count == 0)
            {
                values.Error(fileName, $"no secret in {path}");
            }

            return secrets;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            values.Error(fileName, $"cannot read {path}: {e.Message}");
            return SecretSource.Empty;
        }
    }
}
