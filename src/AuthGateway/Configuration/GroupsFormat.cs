namespace AuthGateway.Configuration;

/// <summary>How several groups are written in the groups header (<c>GROUPS_FORMAT</c>).</summary>
internal enum GroupsFormat { Comma, Json, Repeat }
