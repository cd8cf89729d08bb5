using System.Buffers;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Pipeline;

/// <summary>
/// The headers that may carry a session value: <c>AUTH_HEADER</c>, and <c>Authorization</c> in any
/// scheme.
/// </summary>
internal sealed class SessionHeader
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t,;:\"'=");
    private readonly string? _other;

    public SessionHeader(AccessOptions access)
    {
        Name = access.AuthHeader ?? HeaderNames.Authorization;
        _other = Name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase) ? null : Name;
    }

    /// <summary><c>AUTH_HEADER</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The names of the headers, separated by commas, that contain a value with the form of a
    /// session id, live or not, in any spelling. Such a secret never goes upstream. Null for none.
    /// </summary>
    public string? Holding(AccessRequest request)
    {
        var isInAuthorization = HoldsSession(request, HeaderNames.Authorization);
        return _other is { } other && HoldsSession(request, other)
            ? isInAuthorization ? $"{HeaderNames.Authorization},{other}" : other
            : isInAuthorization ? HeaderNames.Authorization : null;
    }

    /// <summary>Removes those headers.</summary>
    public void RemoveFrom(AccessRequest request)
    {
        if (Holding(request) is { } names)
        {
            foreach (var name in names.Split(','))
            {
                request.Headers.Remove(name);
            }
        }
    }

    private static bool HoldsSession(AccessRequest request, string header)
    {
        if (!request.Headers.TryGetValue(header, out var values))
        {
            return false;
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (HoldsSession(values[i]) || (BasicText.TryDecode(values[i]) is { } pair && HoldsSession(pair)))
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
            var candidate = end < 0 ? value : value[..end];
            if (candidate.Length == SessionId.TextLength && SessionId.TryHash(candidate, out _))
            {
                return true;
            }

            value = end < 0 ? default : value[(end + 1)..];
        }

        return false;
    }
}
