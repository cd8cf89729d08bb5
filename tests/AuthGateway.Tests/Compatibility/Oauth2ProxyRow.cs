namespace AuthGateway.Tests.Compatibility;

/// <summary>One request of the comparison with oauth2-proxy, and what either side makes of it.</summary>
/// <param name="Request">Method and path.</param>
/// <param name="HasSession">With a session of the same user.</param>
/// <param name="Ours">The gateway's decision (<see cref="DecisionOf"/>).</param>
/// <param name="Theirs">That of oauth2-proxy.</param>
/// <param name="Reason">Why they differ; null where they do not.</param>
/// <param name="Headers">Header lines of the request.</param>
internal sealed record Oauth2ProxyRow(string Request, bool HasSession, string Ours, string Theirs, string? Reason, params string[] Headers)
{
    /// <summary>What an answer means for the one who asked.</summary>
    public static string DecisionOf(RawResponse answer) => answer.Status switch
    {
        200 or 203 when answer.Text.Contains("<html", StringComparison.OrdinalIgnoreCase) => "page",
        200 => "pass",
        203 => "good",
        302 or 303 when answer.Location!.Contains("/authorize?", StringComparison.Ordinal) => "login",
        302 or 303 => "to " + answer.Location,
        403 when answer.Text.Contains("<html", StringComparison.OrdinalIgnoreCase) => "403 page",
        var status => status.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
