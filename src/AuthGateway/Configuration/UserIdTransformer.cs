using System.Text.RegularExpressions;

namespace AuthGateway.Configuration;

/// <summary>
/// One rule of <c>USERID_TRANSFORMERS</c>: the first whose pattern matches anywhere replaces all
/// its matches.
/// </summary>
internal sealed record UserIdTransformer(Regex Pattern, string Replacement);
