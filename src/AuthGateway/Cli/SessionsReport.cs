using System.Text.Json.Serialization;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Cli;

/// <summary>What <c>auth-gateway sessions --json</c> prints.</summary>
internal sealed record SessionsReport(IReadOnlyList<SessionLine> Sessions)
{
    /// <summary>How many were ended; absent in a list.</summary>
    public int? Ended { get; init; }
}

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

[JsonSerializable(typeof(SessionsReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SessionsJson : JsonSerializerContext;
