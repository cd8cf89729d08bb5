using AuthGateway.Sessions.Store;

namespace AuthGateway.Cli;

/// <summary>Which sessions a command means; every given part must match.</summary>
/// <param name="User">The user id as applications see it.</param>
/// <param name="Sid">The provider's session.</param>
/// <param name="Id">First digits of the id that <c>sessions list</c> shows.</param>
/// <param name="All">All of them, said on purpose.</param>
internal sealed record SessionSelection(string? User, string? Sid, string? Id, bool All)
{
    public bool IsEmpty => !All && string.IsNullOrEmpty(User) && string.IsNullOrEmpty(Sid) && string.IsNullOrEmpty(Id);

    /// <summary>What the store can look up by itself.</summary>
    public SessionFilter Filter => new() { UserId = Given(User), ProviderSessionId = Given(Sid) };

    public bool Matches(SessionSummary session) => Given(Id) is not { } prefix || session.Hash.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
