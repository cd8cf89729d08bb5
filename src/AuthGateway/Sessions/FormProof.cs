using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions;

/// <summary>
/// Creates and checks the proof in a form's address that the form came from a page of the gateway.
/// </summary>
/// <remarks>
/// The proof is an HMAC of the form's action under the session's own key. It is valid for this
/// session and this action only. It is in the address because an ext_authz check sees neither body
/// nor Origin.
/// </remarks>
internal static class FormProof
{
    /// <summary>Creates the proof for an action of this session.</summary>
    public static string For(SessionId id, string action) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(id.Bits, Encoding.UTF8.GetBytes("authgateway/form/" + action)));

    /// <summary>Compares a received proof in constant time; false for null.</summary>
    public static bool Matches(SessionId id, string action, string? proof) =>
        proof is not null
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(proof), Encoding.UTF8.GetBytes(For(id, action)));
}
