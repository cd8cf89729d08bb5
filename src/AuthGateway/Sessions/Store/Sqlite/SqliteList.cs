using Microsoft.Data.Sqlite;

namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Lists sessions. The statement contains only the given conditions, so that their index is used.
/// </summary>
internal static class SqliteList
{
    public static IReadOnlyList<SessionSummary> Read(SqliteConnection connection, SessionFilter filter, int limit)
    {
        (string Column, string? Value)[] parts =
        [
            ("issuer", filter.Issuer),
            ("subject", filter.Subject),
            ("sid", filter.ProviderSessionId),
            ("user", filter.UserId),
            ("nonce", filter.Nonce),
        ];
        var given = parts.Where(part => part.Value is not null).ToArray();
        var where = given.Length == 0
            ? ""
            : " WHERE " + string.Join(" AND ", given.Select(part => $"{part.Column} = ${part.Column}"));
        using var command = connection.Prepare($"{SqliteSchema.Summary}{where} ORDER BY used DESC LIMIT $limit")
            .With("$limit", limit);
        foreach (var (column, value) in given)
        {
            command.With("$" + column, value);
        }

        var list = new List<SessionSummary>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            list.Add(Summary(reader));
        }

        return list;
    }

    private static SessionSummary Summary(SqliteDataReader reader) => new()
    {
        Hash = SessionHash.From((byte[])reader[0]),
        CreatedAt = Time(reader.GetInt64(1)),
        ExpiresAt = Time(reader.GetInt64(2)),
        LastUsedAt = Time(reader.GetInt64(3)),
        Issuer = reader[4] as string,
        Subject = reader[5] as string,
        ProviderSessionId = reader[6] as string,
        UserId = reader[7] as string,
        UserAgent = reader[8] as string,
        Address = reader[9] as string,
    };

    /// <summary>
    /// Converts Unix seconds. A damaged row may hold any number; it must not prevent the listing of
    /// the others.
    /// </summary>
    internal static DateTimeOffset Time(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(
            Math.Clamp(
                seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
