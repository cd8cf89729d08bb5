using AuthGateway.Sessions.Store;

namespace AuthGateway.Cli;

/// <summary>One session of a <see cref="SessionsReport"/>.</summary>
internal sealed record SessionLine
{
    public required string Id { get; init; }
    public string? User { get; init; }
    public string? Subject { get; init; }
    public string? Sid { get; init; }
    public required DateTimeOffset LoggedIn { get; init; }
    public required DateTimeOffset LastUsed { get; init; }
    public required DateTimeOffset Ends { get; init; }
    public string? Address { get; init; }
    public string? Browser { get; init; }

    public static SessionLine From(SessionSummary session) => new()
    {
        Id = session.Hash.ToString(),
        User = session.UserId,
        Subject = session.Subject,
        Sid = session.ProviderSessionId,
        LoggedIn = session.CreatedAt,
        LastUsed = session.LastUsedAt,
        Ends = session.ExpiresAt,
        Address = session.Address,
        Browser = session.UserAgent,
    };
}
