using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Sessions.Store;

/// <summary>The id of something that may be used once, as the store keeps it.</summary>
internal static class OnceId
{
    /// <summary>SHA-256 over the parts, each with its length before it: <c>("a", "bc")</c> is not <c>("ab", "c")</c>.</summary>
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
