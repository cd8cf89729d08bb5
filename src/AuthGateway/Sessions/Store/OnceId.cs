using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions.Store;

/// <summary>Computes the stored id of something that may be used once.</summary>
internal static class OnceId
{
    /// <summary>
    /// SHA-256 over the parts, each preceded by its length: <c>("a", "bc")</c> differs from
    /// <c>("ab", "c")</c>.
    /// </summary>
    public static SessionHash Of(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return SessionHash.From(hash.GetHashAndReset());
    }
}
