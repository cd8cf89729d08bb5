using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>The header that may carry our session (<c>AUTH_HEADER</c>).</summary>
internal sealed class SessionHeader(AccessOptions access)
{
    private static readonly System.Buffers.SearchValues<char> Separators = System.Buffers.SearchValues.Create(" \t,;\"'=");

    public string Name => access.AuthHeader ?? "Authorization";

    /// <summary>True when anything in it looks like a session of ours, alive or not, in whatever spelling: a secret that never goes upstream.</summary>
    public bool HoldsSession(AccessRequest request)
    {
        if (access.AuthHeader is null || !request.Headers.TryGetValue(access.AuthHeader, out var values))
        {
            return false;
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (HoldsSession(values[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HoldsSession(ReadOnlySpan<char> value)
    {
        while (!value.IsEmpty)
        {
            var end = value.IndexOfAny(Separators);
            var word = end < 0 ? value : value[..end];
            if (word.Length == SessionId.TextLength && SessionId.TryHash(word, out _))
            {
                return true;
            }

            value = end < 0 ? default : value[(end + 1)..];
        }

        return false;
    }
}
