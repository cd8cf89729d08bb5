using AuthGateway.Cli;

namespace AuthGateway.SystemTests.Stores;

/// <summary>One row of the second table in docs/session-stores.md: what goes on beside requests while Redis is in a state.</summary>
/// <param name="Name">The state.</param>
/// <param name="IsRefreshed">Whether a session that is due sends its refresh token; it is served in any case.</param>
/// <param name="IsSocketOpen">Whether an open WebSocket stays open.</param>
/// <param name="List">Exit code of <c>sessions list</c>.</param>
/// <param name="End">Exit code of <c>sessions end</c>, and whether the replicas refuse the session within a second.</param>
/// <param name="Check">What <c>check</c> finds.</param>
internal sealed record StoreStateBeside(string Name, bool IsRefreshed, bool IsSocketOpen, int List, (int ExitCode, bool AtOnce) End, string Check)
{
    public static IReadOnlyList<StoreStateBeside> All { get; } =
    [
        new("away", false, true, 1, (1, false), "cannot be reached"),
        new("silent", false, true, 1, (1, false), "cannot be reached"),
        new("full", false, true, 0, (0, true), "is out of memory"),
        new("read-only", false, true, 0, (1, true), "has too few replicas"),
        new("disk lost", false, true, 0, (1, true), "cannot write its data to disk"),
        new("slow", true, true, 0, (0, true), ""),
    ];

    /// <summary>As the docs have it.</summary>
    public string Row => $"| {Name} | 200, {(IsRefreshed ? "refreshed" : "not refreshed yet")} | {(IsSocketOpen ? "stays open" : "closed")} | {List} | {End.ExitCode}, {(End.AtOnce ? "at once" : "not")} | {(Check.Length == 0 ? "fit" : Check)} |";
}
