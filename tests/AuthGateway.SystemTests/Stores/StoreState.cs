namespace AuthGateway.SystemTests.Stores;

/// <summary>One row of the table in docs/session-stores.md: what each operation gets at a replica while Redis is in a state.</summary>
/// <param name="Name">The state.</param>
/// <param name="Held">A request of a session in this replica's memory.</param>
/// <param name="ReadAgain">The same after another replica changed the session.</param>
/// <param name="Stored">A request of a session that only Redis knows.</param>
/// <param name="Login">The end of a login.</param>
/// <param name="Logout">A logout, and whether the other replica refuses the session within a second.</param>
/// <param name="LogoutStored">A logout of a session that only Redis knows.</param>
/// <param name="Notice">A logout notice of the provider, and the same.</param>
/// <param name="Once">What may be used once (a callback).</param>
/// <param name="Ready">The readiness probe after 30 s.</param>
/// <param name="Sentence">What <c>/readyz</c> and the log say.</param>
internal sealed record StoreState(
    string Name, int Held, int ReadAgain, int Stored, int Login, (int Status, bool Elsewhere) Logout, int LogoutStored, (int Status, bool Elsewhere) Notice, int Once, int Ready, string Sentence)
{
    public static IReadOnlyList<StoreState> All { get; } =
    [
        new("away", 200, 200, 503, 503, (201, false), 503, (400, false), 503, 503, "cannot be reached"),
        new("silent", 200, 200, 503, 503, (201, false), 503, (400, false), 503, 503, "does not answer in time"),
        new("full", 200, 200, 200, 503, (201, true), 201, (200, true), 503, 200, "is out of memory"),
        new("read-only", 200, 200, 200, 503, (201, true), 201, (400, true), 503, 200, "has too few replicas"),
        new("disk lost", 200, 200, 200, 503, (201, true), 201, (400, true), 503, 200, "cannot write its data to disk"),
        new("slow", 200, 200, 200, 200, (201, true), 201, (200, true), 200, 200, ""),
    ];

    /// <summary>As the docs have it.</summary>
    public string Row => $"| {Name} | {Held} | {ReadAgain} | {Stored} | {Login} | {Cell(Logout)} | {LogoutStored} | {Cell(Notice)} | {Once} | {Ready} | {(Sentence.Length == 0 ? "–" : Sentence)} |";

    private static string Cell((int Status, bool Elsewhere) answer) => $"{answer.Status}, {(answer.Elsewhere ? "at once" : "later")}";
}
