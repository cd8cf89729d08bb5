using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Pipeline;

namespace AuthGateway.Endpoints.ExtAuthz;

/// <summary>
/// The values of <c>x-envoy-auth-headers-to-remove</c>. Every allow names each managed header that
/// Envoy does not copy, and each spelling of every managed header with <c>-</c>, <c>_</c> or
/// <c>.</c> at any of its dashes, underscores and dots.
/// </summary>
/// <remarks>
/// Removal takes precedence over a copy, so a name that Envoy copies is listed only for a public
/// path.
/// </remarks>
internal sealed class HeadersToRemove
{
    /// <summary>The header that carries the list.</summary>
    public const string Header = "x-envoy-auth-headers-to-remove";

    private static readonly string[] Separators = ["-", "_", "."];

    public HeadersToRemove(GatewayOptions options, IdentityHeaders identityHeaders)
    {
        var copied = options.Server.ExtAuthzUpstreamHeaders;
        var spellings = identityHeaders.ManagedNames.SelectMany(Spellings).ToList();
        WithIdentity = string.Join(',', spellings.Concat(identityHeaders.ManagedNames.Where(name => !IsSent(name))));
        bool IsSent(string name) => copied.Contains(name, StringComparer.OrdinalIgnoreCase)
            && (options.Identity.GroupsHeader.Length > 0
                || !name.Equals(IdentityOptions.DefaultGroupsHeader, StringComparison.OrdinalIgnoreCase));
        Public = string.Join(',', spellings.Concat(identityHeaders.ManagedNames));
    }

    /// <summary>For an allow that carries an identity.</summary>
    public string WithIdentity { get; }

    /// <summary>For a public path: no managed header reaches the application.</summary>
    public string Public { get; }

    /// <summary>
    /// All spellings of a name except its own, with each of the three separators at each of its
    /// dashes, underscores and dots.
    /// </summary>
    internal static IEnumerable<string> Spellings(string name)
    {
        var parts = name.ToLowerInvariant().Split('-', '_', '.');
        var all = parts.Skip(1).Aggregate(
            (IEnumerable<string>)[parts[0]],
            (heads, part) => heads.SelectMany(head => Separators.Select(separator => head + separator + part)));
        return all.Where(spelling => !spelling.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
