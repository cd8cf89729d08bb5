using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Authentication.Bearer;

/// <summary>A bearer token as it came in. Its text never leaves this type but for the one who must check it.</summary>
internal sealed class BearerToken
{
    /// <summary>Longer ones are no tokens; the listener's header limit is lower anyway in-line.</summary>
    private const int MaxLength = 64 * 1024;

    // b64token of RFC 6750 §2.1.
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private BearerToken(string text, string header)
    {
        Text = text;
        Header = header;
        Jwt = UnverifiedJwt.TryRead(text);
    }

    public string Text { get; }

    /// <summary>Name of the header that carried it.</summary>
    public string Header { get; }

    /// <summary>Null for an opaque token.</summary>
    public UnverifiedJwt? Jwt { get; }

    /// <summary>SHA-256 of the text: what caches know it by.</summary>
    public string Digest => field ??= Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>The token behind <c>Bearer</c> (or the whole value), when it can be one; never a session value of ours, dead or alive.</summary>
    public static BearerToken? Find(AccessRequest request, string header) =>
        request.Credential(header) is { Length: > 0 and <= MaxLength } text && !text.AsSpan().ContainsAnyExcept(Alphabet) && !SessionId.TryHash(text, out _)
            ? new BearerToken(text, header)
            : null;

    public override string ToString() => "***";
}
