using AuthGateway.Configuration;

namespace AuthGateway.Oidc.Provider;

/// <summary>Decides which signature algorithms are accepted.</summary>
/// <remarks>
/// ID tokens and logout tokens: <c>OIDC_SIGNING_ALGS</c>, by default RS256, the algorithm of
/// clients that register no other (OIDC Core §2, Back-Channel Logout §2.6). If the provider does
/// not announce RS256, its announced algorithms are accepted. Access tokens: the announced and the
/// configured algorithms. HS256 is accepted only with <c>OIDC_ALLOW_HS256</c>, and never for access
/// tokens.
/// </remarks>
internal static class SigningAlgorithms
{
    public const string Hs256 = "HS256";
    public const string Rs256 = "RS256";

    /// <summary>The algorithms that can be verified with a published key (RFC 7518 §3.1).</summary>
    public static IReadOnlyList<string> Asymmetric { get; } =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static IReadOnlyList<string> Accepted(
        ProviderOptions provider, ProviderMetadata metadata, bool isAccessToken) =>
        Accepted(
            provider,
            metadata.TryGet(out var known) ? [.. known.IdTokenSigningAlgValuesSupported] : [],
            isAccessToken);

    /// <param name="provider">The settings.</param>
    /// <param name="announced"><c>id_token_signing_alg_values_supported</c>.</param>
    /// <param name="isAccessToken">
    /// True for access tokens: their algorithm is chosen by the resource server, not registered by
    /// the client.
    /// </param>
    public static IReadOnlyList<string> Accepted(
        ProviderOptions provider, IReadOnlyList<string> announced, bool isAccessToken)
    {
        List<string> known = [.. announced.Intersect(Asymmetric)];
        if (isAccessToken)
        {
            return [.. (known.Count > 0 ? known : [Rs256]).Union(provider.SigningAlgorithms ?? [])];
        }

        var accepted = provider.SigningAlgorithms ?? (known.Count == 0 || known.Contains(Rs256) ? [Rs256] : known);
        return provider.AllowHs256 ? [.. accepted, Hs256] : accepted;
    }
}
