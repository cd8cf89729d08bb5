using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Builds the address after a login from <c>AFTER_LOGIN_URL</c>: the query parameter <c>next</c> is
/// set to the page first visited, and the parameters are sorted by name, as oidc-authservice did.
/// </summary>
internal static class AfterLogin
{
    /// <summary>The address with <c>next</c> set; a fragment is kept.</summary>
    public static string Address(string configured, string returnPath)
    {
        var hash = configured.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? "" : configured[hash..];
        configured = hash < 0 ? configured : configured[..hash];
        var question = configured.IndexOf('?', StringComparison.Ordinal);
        var address = question < 0 ? configured : configured[..question];
        var parameters = QueryHelpers.ParseQuery(question < 0 ? "" : configured[question..])
            .Where(pair => pair.Key != "next")
            .SelectMany(pair => pair.Value.Select(value => (pair.Key, Value: value ?? "")))
            .Append((Key: "next", Value: returnPath.Length == 0 ? "/" : returnPath))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value));
        return address + "?" + string.Join('&', parameters) + fragment;
    }
}
