namespace AuthGateway.Configuration.Warnings;

/// <summary>Whether a secret can be guessed: published somewhere, or so short or uniform that all of its kind can be tried.</summary>
internal static class SecretStrength
{
    /// <summary>Below this all secrets of the kind can be tried against something sealed.</summary>
    private const double LeastBits = 64;

    /// <summary>Secrets of published manifests and examples: Kubeflow's, Dex's, and words that stand for one.</summary>
    private static readonly HashSet<string> Published = new(StringComparer.OrdinalIgnoreCase)
    {
        "pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok",
        "ZXhhbXBsZS1hcHAtc2VjcmV0",
        "example-app-secret",
        "kubeflow-oidc-authservice",
        "kubeflow-authservice-secret",
        "kubeflow-client-secret",
        "my-super-secret-client-secret",
    };

    /// <summary>What is wrong with it, to be read after "it"; null when it is fit.</summary>
    public static string? Weakness(string secret) =>
        Published.Contains(secret) ? "is published with manifests that everybody can read"
        : Bits(secret) < LeastBits ? "is so short or uniform that it can be found by trying"
        : null;

    /// <summary>An upper estimate: each character one of those that occur.</summary>
    private static double Bits(string secret) => secret.Length * Math.Log2(Math.Max(1, secret.Distinct().Count()));
}
