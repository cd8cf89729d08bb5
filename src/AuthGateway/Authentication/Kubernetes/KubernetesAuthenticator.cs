using AuthGateway.Authentication.Bearer;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// Accepts Kubernetes service-account tokens by TokenReview (authentication.k8s.io/v1). Only an
/// unexpired JWT of the cluster's issuer for one of <c>AUDIENCES</c> is sent. A response whose
/// <c>status.audiences</c> contains none of them, or is absent, is refused. Without a cluster the
/// authenticator is off, which is logged once.
/// </summary>
internal sealed class KubernetesAuthenticator : IDisposable
{
    private const string Prefix = "system:serviceaccount:";
    private const string Authenticated = "system:authenticated";
    private readonly AccessOptions _access;
    private readonly TokenIdentity _identities;
    private readonly RemoteTokenValidator _checks;
    private readonly TokenReviewClient? _cluster;
    private readonly ClusterIssuer? _issuer;

    public KubernetesAuthenticator(
        AccessOptions access,
        TokenIdentity identities,
        OutgoingClients clients,
        ClusterPod pod,
        TimeProvider time,
        ILogger<KubernetesAuthenticator> logger)
    {
        _access = access;
        _identities = identities;
        _checks = new RemoteTokenValidator(access, time, logger, "the Kubernetes API server");
        if (access.KubernetesEnabled
            && (_cluster = TokenReviewClient.TryOpen(access, pod, clients, out var reason)) is null)
        {
            logger.Log(
                access.KubernetesRequired ? LogLevel.Error : LogLevel.Warning,
                "KUBERNETES_AUTHN_ENABLED: Kubernetes tokens are not accepted: {Reason}.",
                reason);
        }

        _issuer = _cluster is null ? null : new ClusterIssuer(_cluster, time);
    }

    /// <summary>True when the token looks like a service-account token. Makes no request.</summary>
    public bool Recognizes(UnverifiedJwt jwt) =>
        _access.KubernetesEnabled
            && (_cluster is not null || _access.KubernetesRequired)
            && jwt.Subject?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    public async ValueTask<AuthenticationResult> CheckAsync(
        BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
    {
        if (_cluster is null)
        {
            return new AuthenticationResult.Unavailable("There is no cluster to ask about Kubernetes tokens.");
        }

        if (!jwt.Audiences.Any(_access.Audiences.Contains))
        {
            return TokenRefusal.WrongAudience;
        }

        // Checked before TokenReview: tokens of another issuer must not use up the limits of the
        // cluster's callers.
        if (await _issuer!.FindAsync(cancellationToken) is not { } issuer)
        {
            return new AuthenticationResult.Unavailable(
                "A bearer token cannot be checked now: the Kubernetes API server does not answer.");
        }

        return issuer.Length > 0 && issuer != jwt.Issuer
            ? TokenRefusal.Unknown
            : await _checks.CheckAsync(
                token,
                limit => AskAsync(_cluster, token, jwt, limit),
                () => _issuer.HasSignedAsync(token.Text),
                cancellationToken);
    }

    public void Dispose()
    {
        _checks.Dispose();
        _cluster?.Dispose();
    }

    private async Task<RemoteAnswer> AskAsync(
        TokenReviewClient cluster, BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken) =>
        new(
            Validate(token, await cluster.ReviewAsync(token.Text, _access.Audiences, cancellationToken)),
            jwt.ExpiresAt);

    private AuthenticationResult Validate(BearerToken token, TokenReviewStatus status)
    {
        if (status.Authenticated != true || string.IsNullOrEmpty(status.User?.Username))
        {
            return status.Error?.Contains("expired", StringComparison.OrdinalIgnoreCase) == true
                ? TokenRefusal.Expired
                : TokenRefusal.Unknown;
        }

        if (status.Audiences?.Any(_access.Audiences.Contains) != true)
        {
            return TokenRefusal.WrongAudience;
        }

        var groups = status.User.Groups ?? [];
        return _identities.FromName(
            token,
            status.User.Username,
            groups.Contains(Authenticated) ? groups : [.. groups, Authenticated],
            status.User.Uid);
    }
}
