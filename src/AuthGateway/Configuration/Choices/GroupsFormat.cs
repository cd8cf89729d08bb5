namespace AuthGateway.Configuration.Choices;

/// <summary>How several groups are written in the groups header (<c>GROUPS_FORMAT</c>).</summary>
internal enum GroupsFormat { Comma, Json, Repeat }
