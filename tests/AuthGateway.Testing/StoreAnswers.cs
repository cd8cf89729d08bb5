namespace AuthGateway.Testing;

/// <summary>What users get while the store has a fault.</summary>
/// <param name="Held">A request of a session that is in the gateway's memory.</param>
/// <param name="Stored">A request of a session that only the store knows.</param>
/// <param name="Login">The end of a login.</param>
/// <param name="Logout">A logout by header.</param>
internal sealed record StoreAnswers(int Held, int Stored, int Login, int Logout)
{
    /// <summary>Nothing is wrong.</summary>
    public static StoreAnswers Good { get; } = new(200, 200, 200, 201);
}
