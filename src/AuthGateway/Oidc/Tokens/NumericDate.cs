using System.Text.Json;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Reads times of tokens: seconds since 1970 (NumericDate, RFC 7519 §2).</summary>
internal static class NumericDate
{
    /// <summary>
    /// The year 9000. A later time counts as this one: a tolerance is added to times, and the year
    /// 9999 is the last that .NET can express. Tokens are read before their signature is checked.
    /// </summary>
    public static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // The year 10000.
    private const double OutOfRange = 253402300800;

    /// <summary>
    /// A time claim. Null when it is absent, no number, not positive, or from the year 10000 on.
    /// </summary>
    public static DateTimeOffset? Read(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value)
            || value.ValueKind != JsonValueKind.Number
            || !value.TryGetDouble(out var seconds)
            || seconds is not (> 0 and < OutOfRange))
        {
            return null;
        }

        var time = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return time < Latest ? time : Latest;
    }
}
