using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// The plain columns of a row that never change. They are for lists, hold no token and are never
/// used as an identity.
/// </summary>
internal sealed record RedisSessionColumns(
    long Created,
    string? Issuer,
    string? Subject,
    string? Sid,
    string? User,
    string? Nonce,
    string? Agent,
    string? Address)
{
    public static RedisSessionColumns From(SessionRow row) => new(
        row.CreatedAt.ToUnixTimeSeconds(),
        row.Issuer,
        row.Subject,
        row.ProviderSessionId,
        row.UserId,
        row.Nonce,
        row.UserAgent,
        row.Address);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RedisJson.Default.RedisSessionColumns);

    /// <summary>Parses the JSON; null when it is invalid.</summary>
    public static RedisSessionColumns? Parse(byte[]? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, RedisJson.Default.RedisSessionColumns);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public bool Matches(SessionFilter filter) =>
        (filter.Issuer is null || filter.Issuer == Issuer)
        && (filter.Subject is null || filter.Subject == Subject)
        && (filter.ProviderSessionId is null || filter.ProviderSessionId == Sid)
        && (filter.UserId is null || filter.UserId == User)
        && (filter.Nonce is null || filter.Nonce == Nonce);
}

[JsonSerializable(typeof(RedisSessionColumns))]
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class RedisJson : JsonSerializerContext;
