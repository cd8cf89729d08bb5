using AuthGateway.Sessions.Store;

namespace AuthGateway.Cli;

/// <summary>Selects the sessions of a command; every given part must match.</summary>
/// <param name="User">User id as applications see it.</param>
/// <param name="Sid">Session id of the provider (<c>sid</c>).</param>
/// <param name="Id">Beginning of the id that <c>sessions list</c> prints.</param>
/// <param name="All">Selects all sessions; must be given explicitly.</param>
internal sealed record SessionSelection(string? User, string? Sid, string? Id, bool All)
{
    public bool IsEmpty => !All && string.IsNullOrEmpty(User) && string.IsNullOrEmpty(Sid) && string.IsNullOrEmpty(Id);

    /// <summary>The part of the selection that the store can look up.</summary>
    public SessionFilter Filter => new() { UserId = Given(User), ProviderSessionId = Given(Sid) };

    public bool Matches(SessionSummary session) =>
        Given(Id) is not { } prefix || session.Hash.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
