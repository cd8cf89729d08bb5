namespace AuthGateway.Quickstart.Provider;

/// <summary>A person of the development provider. Passwords are for trying things out; they stand in plain text on the login page.</summary>
internal sealed record DevUser
{
    public required string UserName { get; init; }
    public required string Password { get; init; }
    public required string Name { get; init; }
    public required string Email { get; init; }
    public bool EmailVerified { get; init; } = true;
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The <c>sub</c> claim: never reassigned, says nothing about the person (OIDC Core §2).</summary>
    public required string Subject { get; init; }

    /// <summary>The people of the quickstart: several groups, one group, a name outside ASCII.</summary>
    public static IReadOnlyList<DevUser> Defaults { get; } =
    [
        new() { Subject = "10000001", UserName = "ann", Password = "ann-password", Name = "Ann Example", Email = "ann@example.com", Groups = ["admins", "team-a"] },
        new() { Subject = "10000002", UserName = "bob", Password = "bob-password", Name = "Bob Example", Email = "bob@example.com", Groups = ["devs"] },
        new() { Subject = "10000003", UserName = "zoë", Password = "zoe-password", Name = "Zoë Beispiel", Email = "zoe@example.com" },
    ];
}
