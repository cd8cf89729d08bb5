using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Reads the groups of a user: all entries of the claims of <c>GROUPS_CLAIM</c>, without duplicates
/// and independent of what a header can carry. When none or not all could be read, a sentence gives
/// the reason for the page and the log of a refusal.
/// </summary>
internal sealed class GroupClaims(IdentityOptions identity)
{
    /// <summary>
    /// The groups; <paramref name="note"/> gives the reason when none or not all could be read.
    /// </summary>
    public IReadOnlyList<string> Read(Claims claims, out string? note)
    {
        var values = identity.GroupsClaims.Select(claim => (Name: claim, Value: claims.Read(claim))).ToList();
        var groups = Clean(values.SelectMany(pair => Split(pair.Value)));
        var missed = values.FirstOrDefault(pair => pair.Value.LeftOut is not null);
        note = groups.Count == 0 && IsOverage(claims) ? Overage
            : values.All(pair => pair.Value.Shape == ClaimShape.Absent) ? Missing()
            : missed.Name is not null
                ? $"Part of claim {missed.Name} (GROUPS_CLAIM) was left out: {missed.Value.LeftOut}."
                : null;
        return groups;
    }

    /// <summary>Trims the names and removes empty ones and duplicates; the order is kept.</summary>
    public static IReadOnlyList<string> Clean(IEnumerable<string> groups) =>
        [.. groups.Select(group => group.Trim()).Where(group => group.Length > 0).Distinct(StringComparer.Ordinal)];

    // Only a claim that is a single string may hold several groups. List entries are never split.
    private IEnumerable<string> Split(ClaimValue value) =>
        value.Shape == ClaimShape.Text && identity.GroupsSeparator is { } separator
            ? value.Entries.SelectMany(text => text.Split(separator))
            : value.Entries;

    /// <summary>
    /// Microsoft Entra ID omits more than 200 groups from the token and reports it in
    /// <c>_claim_names</c> (OIDC Core §5.6.2) or <c>hasgroups</c>.
    /// </summary>
    private bool IsOverage(Claims claims) => claims.IsTrue("hasgroups")
        || (claims.Find("_claim_names") is { ValueKind: JsonValueKind.Object } names
            && identity.GroupsClaims.Any(claim => names.Member(claim) is not null));

    private const string Overage =
        "The provider left the groups out because there are too many "
        + "(_claim_names: group overage of Microsoft Entra ID). Have it send only the groups assigned to the "
        + "application, or use app roles with GROUPS_CLAIM=roles.";

    private string Missing() =>
        $"Neither userinfo nor the ID token has a claim {string.Join(" or ", identity.GroupsClaims)} (GROUPS_CLAIM). "
        + "Add it at the provider; in Keycloak it is a mapper of type Group Membership, "
        + "with that token claim name, in a client scope of this client.";
}
