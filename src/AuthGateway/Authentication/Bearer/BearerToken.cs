using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AuthGateway.Http;
using AuthGateway.Sessions;

namespace AuthGateway.Authentication.Bearer;

/// <summary>A bearer token as received. Its text is passed only to its validator.</summary>
internal sealed class BearerToken
{
    /// <summary>
    /// Longest accepted token, in characters. In-line the listener's header limit is lower.
    /// </summary>
    private const int MaxLength = 64 * 1024;

    // b64token of RFC 6750 §2.1.
    private static readonly SearchValues<char> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private BearerToken(string text, string header)
    {
        Text = text;
        Header = header;
        Jwt = UnverifiedJwt.TryRead(text);
    }

    public string Text { get; }

    /// <summary>Name of the header that carried the token.</summary>
    public string Header { get; }

    /// <summary>The decoded, unverified JWT. Null for an opaque token.</summary>
    public UnverifiedJwt? Jwt { get; }

    /// <summary>SHA-256 of the token text: the key in caches.</summary>
    public string Digest => field ??= Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>
    /// Returns the token after <c>Bearer</c>, or the whole value, when it has the syntax of one. A
    /// session value of the gateway, live or not, is never a bearer token.
    /// </summary>
    public static BearerToken? Find(AccessRequest request, string header) =>
        request.Credential(header) is { Length: > 0 and <= MaxLength } text
            && !text.AsSpan().ContainsAnyExcept(Alphabet)
            && !SessionId.TryHash(text, out _)
            ? new BearerToken(text, header)
            : null;

    public override string ToString() => "***";
}
