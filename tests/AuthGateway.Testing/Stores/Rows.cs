using System.Security.Cryptography;
using System.Text;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing.Stores;

/// <summary>Rows for store tests: random keys, whole seconds.</summary>
internal static class Rows
{
    public const string Issuer = "https://provider.example.test/realms/a";

    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    public static SessionRow New(string subject = "sub-alice", string? sid = null, DateTimeOffset? authenticated = null) => new()
    {
        Hash = SessionHash.From(RandomNumberGenerator.GetBytes(32)),
        Sealed = RandomNumberGenerator.GetBytes(300),
        CreatedAt = Now,
        ExpiresAt = Now.AddHours(1),
        LastUsedAt = Now,
        AuthenticatedAt = authenticated ?? Now,
        Issuer = Issuer,
        Subject = subject,
        ProviderSessionId = sid,
        UserId = subject + "@example.test",
    };

    public static LogoutNotice Notice(string? subject = null, string? sid = null, DateTimeOffset? issued = null, string? id = null, string issuer = Issuer) => new()
    {
        Issuer = issuer,
        Subject = subject,
        ProviderSessionId = sid,
        IssuedAt = issued ?? Now,
        TokenId = id ?? Guid.NewGuid().ToString(),
        RememberUntil = DateTimeOffset.UtcNow.AddMinutes(10),
    };

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
