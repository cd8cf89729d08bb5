using System.Buffers.Binary;
using System.Text;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>The content of the sealed <c>state</c> parameter.</summary>
internal sealed record LoginState(
    string AttemptId, byte[] CookieHash, DateTimeOffset StartedAt, string ReturnPath, int Retries)
{
    public const int IdLength = 16;
    private const byte FreshLogin = 0x80;
    private const byte FragmentKept = 0x40;
    private const byte LongPath = 0x20;
    private const byte RetryBits = 0x1f;

    /// <summary><c>login</c> when reauthentication was requested, otherwise null.</summary>
    public string? Prompt { get; init; }

    /// <summary>True when the browser may hold the fragment of the first address.</summary>
    public bool KeepsFragment { get; init; }

    /// <summary>True when a cookie of this attempt holds the full return path.</summary>
    public bool HasLongPath { get; init; }

    /// <summary>
    /// Serializes as: retries and three flags (1) ‖ Unix seconds (4) ‖ attempt id (16) ‖ cookie
    /// hash (16) ‖ return path.
    /// </summary>
    public byte[] ToBytes()
    {
        var path = Encoding.ASCII.GetBytes(ReturnPath);
        var bytes = new byte[1 + 4 + IdLength + 16 + path.Length];
        bytes[0] = (byte)((Retries & RetryBits)
            | (Prompt is null ? 0 : FreshLogin)
            | (KeepsFragment ? FragmentKept : 0)
            | (HasLongPath ? LongPath : 0));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)StartedAt.ToUnixTimeSeconds());
        Encoding.ASCII.GetBytes(AttemptId, bytes.AsSpan(5, IdLength));
        CookieHash.CopyTo(bytes.AsSpan(5 + IdLength));
        path.CopyTo(bytes.AsSpan(21 + IdLength));
        return bytes;
    }

    /// <summary>Reads the format of <see cref="ToBytes"/>; null when it is too short.</summary>
    public static LoginState? FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length < 21 + IdLength
        ? null
        : new(
            Encoding.ASCII.GetString(bytes.Slice(5, IdLength)),
            bytes.Slice(5 + IdLength, 16).ToArray(),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes[1..])),
            Encoding.ASCII.GetString(bytes[(21 + IdLength)..]),
            bytes[0] & RetryBits)
        {
            Prompt = (bytes[0] & FreshLogin) == 0 ? null : "login",
            KeepsFragment = (bytes[0] & FragmentKept) != 0,
            HasLongPath = (bytes[0] & LongPath) != 0,
        };
}
