using AuthGateway.Access;
using AuthGateway.Authorization;
using AuthGateway.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Endpoints.ForwardAuth;

/// <summary>
/// The parameters of a check's own address that restrict who may pass, as oauth2-proxy has them:
/// <c>allowed_groups</c>, <c>allowed_emails</c>, <c>allowed_email_domains</c>. Entries are
/// separated by commas, one entry of each that is given must match. Evaluated for each check.
/// </summary>
internal static class CheckRestriction
{
    private const string Prefix = "allowed_";

    /// <summary>
    /// True when the user is none of those that the address names, or when the address has a
    /// restriction that cannot be evaluated: an unknown one, or one without an entry.
    /// </summary>
    /// <param name="query">
    /// Query of the check's address; never that of the original request, which a client writes.
    /// </param>
    /// <param name="identity">The user.</param>
    public static bool Refuses(ReadOnlyMemory<char> query, Identity identity)
    {
        var lists = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var parameter in new QueryStringEnumerable(query))
        {
            var name = parameter.DecodeName().ToString();
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                var entries = parameter.DecodeValue().ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
                (lists.TryGetValue(name, out var list) ? list : lists[name] = []).AddRange(entries);
            }
        }

        return lists.Any(list => !Names(list.Key, list.Value, identity));
    }

    private static bool Names(string name, List<string> entries, Identity identity) => name switch
    {
        "allowed_groups" => identity.Groups.Any(entries.Contains),
        "allowed_emails" => identity.Email is { } email && entries.Contains(email),
        "allowed_email_domains" => EmailDomain.IsOneOf(identity.Email, entries),
        _ => false,
    };
}
