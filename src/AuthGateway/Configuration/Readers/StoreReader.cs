using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the path of the SQLite file, and how long the store may fail to answer.</summary>
internal static class StoreReader
{
    private const string PathName = "SESSION_STORE_PATH";
    private const string SilenceName = "SESSION_STORE_MAX_SILENCE";
    private static readonly TimeSpan SilenceOnRedis = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Rejects SQLite names that are no files: sessions would end with the process, and two
    /// connections would open two stores.
    /// </summary>
    public static string Path(SettingValues values)
    {
        var path = values.Text(PathName, "/var/lib/authservice/data.db");
        if (path.Equals(":memory:", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            values.Error(
                PathName,
                $"'{path}' is a name of SQLite's own and no path: sessions are kept in a file, there is no store in "
                + "memory; name a file, for instance /var/lib/authservice/data.db");
        }

        return path;
    }

    /// <summary><c>null</c> = no limit.</summary>
    public static TimeSpan? MaxSilence(SettingValues values, SessionStoreType type) => values.Text(SilenceName) switch
    {
        null => type == SessionStoreType.Redis ? SilenceOnRedis : null,
        "off" or "0" => null,
        _ => values.Duration(SilenceName, TimeSpan.FromSeconds(1)),
    };
}
