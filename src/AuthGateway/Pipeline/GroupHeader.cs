using System.Collections.Concurrent;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Pipeline;

/// <summary>
/// Formats groups for <c>GROUPS_HEADER</c>. Groups that a header cannot carry are omitted and
/// logged once each. Access rules see all groups.
/// </summary>
internal sealed partial class GroupHeader(IdentityOptions identity, ILogger<GroupHeader> logger)
{
    private const int MostNames = 100;
    private readonly ConcurrentDictionary<string, bool> _named = new(StringComparer.Ordinal);
    private readonly bool _filters = !identity.GroupsHeaderFilter.Contains("*");

    public StringValues Write(IReadOnlyList<string> groups) => identity.GroupsFormat switch
    {
        GroupsFormat.Json =>
            HeaderText.ToWire(JsonSerializer.Serialize([.. Carried(groups)], HeaderJson.Default.StringArray)),
        GroupsFormat.Repeat =>
            Carried(groups).Select(HeaderText.ToWire).ToArray() is { Length: > 0 } lines ? new StringValues(lines) : "",
        _ => HeaderText.ToWire(string.Join(',', Carried(groups))),
    };

    private IEnumerable<string> Carried(IReadOnlyList<string> groups) =>
        groups.Where(group => IsChosen(group) && CanCarry(group));

    private bool IsChosen(string group) =>
        !_filters || identity.GroupsHeaderFilter.Any(pattern => Glob.Matches(pattern, group));

    // HTTP libraries join repeated header lines by commas (RFC 9110 §5.3), so a comma in a group
    // name would make two groups there too.
    private bool CanCarry(string group)
    {
        if (!HeaderText.IsPrintable(group))
        {
            Name(group, "it has control characters");
            return false;
        }

        if (identity.GroupsFormat != GroupsFormat.Json && group.Contains(',', StringComparison.Ordinal))
        {
            Name(group, "it has a comma, and GROUPS_FORMAT=json alone carries such names");
            return false;
        }

        return true;
    }

    private void Name(string group, string reason)
    {
        if (_named.Count < MostNames && _named.TryAdd(group, true))
        {
            LeftOut(logger, identity.GroupsHeader, HeaderText.Shown(group), reason);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Header} does not carry the group '{Group}': {Reason}. Rules see it. Logged once for each group.")]
    private static partial void LeftOut(ILogger logger, string header, string group, string reason);
}
