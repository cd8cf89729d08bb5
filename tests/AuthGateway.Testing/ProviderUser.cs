using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Testing;

/// <summary>Who logs in at the provider; <see cref="Extra"/> joins (or with null removes) claims of both ID token and userinfo.</summary>
internal sealed record ProviderUser(string Subject, string? Email)
{
    public static ProviderUser Alice { get; } = new("sub-alice", "alice@example.test") { Groups = ["staff", "admins"] };

    public static ProviderUser Bob { get; } = new("sub-bob", "bob@example.test") { Groups = ["staff"] };

    public IReadOnlyList<string> Groups { get; init; } = [];

    public IReadOnlyDictionary<string, string?> Extra { get; init; } = new Dictionary<string, string?>();

    public JsonObject Claims()
    {
        var claims = new JsonObject { ["sub"] = Subject, ["name"] = "Name of " + Subject, ["email_verified"] = true };
        if (Email is not null)
        {
            claims["email"] = Email;
        }

        claims["groups"] = new JsonArray([.. Groups.Select(group => JsonValue.Create(group))]);
        foreach (var (name, value) in Extra)
        {
            _ = value is null ? claims.Remove(name) : (claims[name] = value) is null;
        }

        return claims;
    }
}
