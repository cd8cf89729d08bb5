namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Estimates whether a secret can be guessed: it is published, or so short or uniform that it can
/// be found by trying.
/// </summary>
internal static class SecretStrength
{
    /// <summary>
    /// Below this entropy, all candidates can be tried offline against sealed data.
    /// </summary>
    private const double LeastBits = 64;

    /// <summary>
    /// Secrets of published manifests and examples (Kubeflow, Dex), and placeholders.
    /// </summary>
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

    /// <summary>
    /// The weakness as the rest of a sentence after "it"; null when there is none.
    /// </summary>
    public static string? Weakness(string secret) =>
        Published.Contains(secret) ? "is published in public manifests"
        : Bits(secret) < LeastBits ? "is so short or uniform that it can be found by trying"
        : null;

    /// <summary>
    /// Upper bound of the entropy in bits: each character is one of those that occur.
    /// </summary>
    private static double Bits(string secret) => secret.Length * Math.Log2(Math.Max(1, secret.Distinct().Count()));
}
