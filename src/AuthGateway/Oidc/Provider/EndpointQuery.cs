using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Provider;

/// <summary>An endpoint's address may have a query of its own (RFC 6749 §3.1): no parameter stands there twice.</summary>
internal static class EndpointQuery
{
    /// <summary>The address with only the last value of each parameter; bytes and order of what stays are kept.</summary>
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

    /// <summary>The address with those of <paramref name="parameters"/> that its own query does not have: the operator's value counts.</summary>
    public static string WithMissing(string address, IReadOnlyDictionary<string, string?> parameters)
    {
        var question = address.IndexOf('?', StringComparison.Ordinal);
        var known = QueryHelpers.ParseQuery(question < 0 ? "" : address[question..]);
        return QueryHelpers.AddQueryString(address, parameters.Where(pair => !known.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value));
    }

    private static string NameOf(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        return Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
    }
}
