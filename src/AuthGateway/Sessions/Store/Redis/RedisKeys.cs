using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>Names of the Redis keys.</summary>
/// <remarks>
/// All keys of one gateway share one hash tag (Redis Cluster specification, "Hash tags"), so that a
/// script may change several in one step; a cluster keeps them on one shard. Names hold digests, so
/// any issuer, subject or user id gives a short and safe name.
/// </remarks>
internal sealed class RedisKeys
{
    public RedisKeys(string prefix) =>
        Root = prefix.Contains('{', StringComparison.Ordinal) ? prefix : $"{prefix}{{{Tag(prefix)}}}:";

    /// <summary>Prefix of every key, with the hash tag.</summary>
    public string Root { get; }

    /// <summary>Sorted set of all sessions, by expiry.</summary>
    public string All => Root + "all";

    /// <summary>Channel for ended and replaced sessions.</summary>
    public string Changes => Root + "changes";

    /// <summary>Key of the layout's version.</summary>
    public string Layout => Root + "layout";

    public string Session(string member) => $"{Root}s:{member}";

    public string Notice(LogoutNotice notice) => $"{Root}notice:{Digest(notice.Issuer, notice.TokenId)}";

    public string EndedSubject(string? issuer, string? subject) => $"{Root}ended-sub:{Digest(issuer, subject)}";

    public string EndedProviderSession(string? issuer, string? sid) => $"{Root}ended-sid:{Digest(issuer, sid)}";

    public string Once(string purpose, SessionHash id) => $"{Root}once:{purpose}:{Member(id)}";

    /// <summary>The name of a session in sorted sets and messages: base64url of its hash.</summary>
    public static string Member(SessionHash hash) => Base64Url.EncodeToString(hash.ToArray());

    /// <summary>Parses a member of the sorted sets; false for anything else.</summary>
    public static bool TryParse(string? member, out SessionHash hash)
    {
        Span<byte> bytes = stackalloc byte[32];
        var isMember = member is { Length: 43 }
            && Base64Url.TryDecodeFromChars(member, bytes, out var written)
            && written == 32;
        hash = isMember ? SessionHash.From(bytes) : default;
        return isMember;
    }

    public static string BySubject(string subject) => "sub:" + Digest(subject);

    public static string ByProviderSession(string sid) => "sid:" + Digest(sid);

    public static string ByUser(string user) => "user:" + Digest(user);

    public static string ByNonce(string nonce) => "nonce:" + Digest(nonce);

    /// <summary>The sorted sets that contain a row, without the root.</summary>
    public static IEnumerable<string> Indexes(SessionRow row)
    {
        if (row.Subject is { } subject)
        {
            yield return BySubject(subject);
        }

        if (row.ProviderSessionId is { } sid)
        {
            yield return ByProviderSession(sid);
        }

        if (row.UserId is { } user)
        {
            yield return ByUser(user);
        }

        if (row.Nonce is { } nonce)
        {
            yield return ByNonce(nonce);
        }
    }

    private static string Tag(string prefix) =>
        prefix.Trim(':') is { Length: > 0 } name ? name.Replace("}", "", StringComparison.Ordinal) : "sessions";

    private static string Digest(params ReadOnlySpan<string?> parts) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts!))).AsSpan(0, 16));
}
