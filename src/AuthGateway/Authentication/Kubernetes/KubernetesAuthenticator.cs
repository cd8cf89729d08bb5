using AuthGateway.Authentication.Bearer;
using AuthGateway.Configuration;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// Accepts Kubernetes service-account tokens by TokenReview (authentication.k8s.io/v1). Only an
/// unexpired JWT of the cluster's issuer for one of <c>AUDIENCES</c> is sent. A response whose
/// <c>status.audiences</c> contains none of them, or is absent, is refused. Without a cluster the
/// authenticator is off, which is logged once.
/// </summary>
internal sealed class KubernetesAuthenticator(
    AccessOptions access,
    TokenIdentity identities,
    KubernetesCluster cluster,
    TimeProvider time,
    ILogger<KubernetesAuthenticator> logger) : IDisposable
{
    private const string Prefix = "system:serviceaccount:";
    private const string Authenticated = "system:authenticated";
    private readonly RemoteTokenValidator _checks = new(access, time, logger, "the Kubernetes API server");

    /// <summary>True when the token looks like a service-account token. Makes no request.</summary>
    public bool Recognizes(UnverifiedJwt jwt) =>
        access.KubernetesEnabled
            && (cluster.Client is not null || access.KubernetesRequired)
            && jwt.Subject?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    public async ValueTask<AuthenticationResult> CheckAsync(
        BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
    {
        if (cluster is not { Client: { } client, Issuer: { } knownIssuer })
        {
            return new AuthenticationResult.Unavailable("There is no cluster to ask about Kubernetes tokens.");
        }

        if (!jwt.Audiences.Any(access.Audiences.Contains))
        {
            return TokenRefusal.WrongAudience;
        }

        // Checked before TokenReview: tokens of another issuer must not use up the limits of the
        // cluster's callers.
        if (await knownIssuer.FindAsync(cancellationToken) is not { } issuer)
        {
            return new AuthenticationResult.Unavailable(
                "A bearer token cannot be checked now: the Kubernetes API server does not answer.");
        }

        return issuer.Length > 0 && issuer != jwt.Issuer
            ? TokenRefusal.Unknown
            : await _checks.CheckAsync(
                token,
                limit => AskAsync(client, token, jwt, limit),
                () => knownIssuer.HasSignedAsync(token.Text),
                cancellationToken);
    }

    public void Dispose() => _checks.Dispose();

    private async Task<RemoteAnswer> AskAsync(
        TokenReviewClient client, BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken) =>
        new(
            Validate(token, await client.ReviewAsync(token.Text, access.Audiences, cancellationToken)),
            jwt.ExpiresAt);

    private AuthenticationResult Validate(BearerToken token, TokenReviewStatus status)
    {
        if (status.Authenticated != true || string.IsNullOrEmpty(status.User?.Username))
        {
            return status.Error?.Contains("expired", StringComparison.OrdinalIgnoreCase) == true
                ? TokenRefusal.Expired
                : TokenRefusal.Unknown;
        }

        if (status.Audiences?.Any(access.Audiences.Contains) != true)
        {
            return TokenRefusal.WrongAudience;
        }

        var groups = status.User.Groups ?? [];
        return identities.FromName(
            token,
            status.User.Username,
            groups.Contains(Authenticated) ? groups : [.. groups, Authenticated],
            status.User.Uid);
    }
}
