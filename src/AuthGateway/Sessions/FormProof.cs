using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions;

/// <summary>
/// Proof that a form came from our page: an HMAC of what the form does under the session's own key, in the form's address (a check at Envoy has neither
/// body nor Origin). It is good for this session and this deed alone.
/// </summary>
internal static class FormProof
{
    public static string For(SessionId id, string deed) => Base64Url.EncodeToString(HMACSHA256.HashData(id.Bits, Encoding.UTF8.GetBytes("authgateway/form/" + deed)));

    public static bool Matches(SessionId id, string deed, string? proof) =>
        proof is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof), Encoding.UTF8.GetBytes(For(id, deed)));
}
