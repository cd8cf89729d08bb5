using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>Converts between table rows and records. Times are Unix seconds.</summary>
internal static class SqliteRows
{
    public static void Bind(SqliteCommand command, SessionRow row) => command
        .With("$hash", row.Hash.ToArray())
        .With("$created", row.CreatedAt.ToUnixTimeSeconds())
        .With("$expires", row.ExpiresAt.ToUnixTimeSeconds())
        .With("$used", row.LastUsedAt.ToUnixTimeSeconds())
        .With("$authenticated", row.AuthenticatedAt.ToUnixTimeSeconds())
        .With("$nonce", row.Nonce)
        .With("$issuer", row.Issuer)
        .With("$subject", row.Subject)
        .With("$sid", row.ProviderSessionId)
        .With("$user", row.UserId)
        .With("$agent", row.UserAgent)
        .With("$address", row.Address);

    public static SqliteCommand Bind(SqliteCommand command, LogoutNotice notice) => command
        .With("$id", notice.TokenId)
        .With("$issuer", notice.Issuer)
        .With("$subject", notice.Subject)
        .With("$sid", notice.ProviderSessionId)
        .With("$issued", notice.IssuedAt.ToUnixTimeSeconds())
        .With("$until", notice.RememberUntil.ToUnixTimeSeconds());

    public static SessionRow Read(SessionHash hash, SqliteDataReader reader) => new()
    {
        Hash = hash,
        CreatedAt = SqliteList.Time(reader.GetInt64(0)),
        ExpiresAt = SqliteList.Time(reader.GetInt64(1)),
        LastUsedAt = SqliteList.Time(reader.GetInt64(2)),
        Sealed = (byte[])reader[3],
        AuthenticatedAt = SqliteList.Time(reader.GetInt64(4)),
        Version = reader.GetInt64(5),
    };
}
