using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Builds endpoint URLs that have a query of their own (RFC 6749 §3.1) without duplicate
/// parameters.
/// </summary>
internal static class EndpointQuery
{
    /// <summary>
    /// Removes all but the last value of each parameter. The remaining bytes and their order are
    /// kept.
    /// </summary>
    public static string LastOfEach(string address)
    {
        var question = address.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return address;
        }

        var pairs = address[(question + 1)..].Split('&');
        var names = new HashSet<string>(StringComparer.Ordinal);
        var kept = pairs.Reverse().Where(pair => names.Add(NameOf(pair))).Reverse().ToList();
        return kept.Count == pairs.Length ? address : address[..(question + 1)] + string.Join('&', kept);
    }

    /// <summary>
    /// Adds those of <paramref name="parameters"/> that the URL's own query lacks. A value
    /// configured by the operator takes precedence.
    /// </summary>
    public static string WithMissing(string address, IReadOnlyDictionary<string, string?> parameters)
    {
        var question = address.IndexOf('?', StringComparison.Ordinal);
        var known = QueryHelpers.ParseQuery(question < 0 ? "" : address[question..]);
        var missing = parameters
            .Where(pair => !known.ContainsKey(pair.Key))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        return QueryHelpers.AddQueryString(address, missing);
    }

    private static string NameOf(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
    }
}
