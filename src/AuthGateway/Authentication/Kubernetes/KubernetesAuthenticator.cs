using AuthGateway.Authentication.Bearer;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// A Kubernetes service-account token, by TokenReview (authentication.k8s.io/v1). Asked only about a JWT of the cluster's issuer, for one of
/// <c>AUDIENCES</c>, not expired; an answer whose <c>status.audiences</c> names none of them is refused, also when it names nothing. Without a cluster it
/// switches itself off and says so once.
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
        AccessOptions access, TokenIdentity identities, OutgoingClients clients, ClusterPod pod, TimeProvider time, ILogger<KubernetesAuthenticator> logger)
    {
        _access = access;
        _identities = identities;
        _checks = new RemoteTokenValidator(access, time, logger, "the Kubernetes API server");
        if (access.KubernetesEnabled && (_cluster = TokenReviewClient.TryOpen(access, pod, clients, out var reason)) is null)
        {
            logger.Log(access.KubernetesDemanded ? LogLevel.Error : LogLevel.Warning, "KUBERNETES_AUTHN_ENABLED: Kubernetes tokens are not accepted: {Reason}.", reason);
        }

        _issuer = _cluster is null ? null : new ClusterIssuer(_cluster, time);
    }

    /// <summary>Whose token this looks like: cheap, nobody is asked.</summary>
    public bool MayBeOurs(UnverifiedJwt jwt) => _access.KubernetesEnabled && (_cluster is not null || _access.KubernetesDemanded) && jwt.Subject?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    public async ValueTask<AuthenticationResult> CheckAsync(BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken)
    {
        if (_cluster is null)
        {
            return new AuthenticationResult.Unavailable("There is no cluster to ask about Kubernetes tokens.");
        }

        if (!jwt.Audiences.Any(_access.Audiences.Contains))
        {
            return TokenRefusal.WrongAudience;
        }

        // Before anything is spent: a stranger's issuer costs the callers of this cluster nothing.
        if (await _issuer!.FindAsync(cancellationToken) is not { } issuer)
        {
            return new AuthenticationResult.Unavailable("A bearer token cannot be checked now: the Kubernetes API server does not answer.");
        }

        return issuer.Length > 0 && issuer != jwt.Issuer
            ? TokenRefusal.Unknown
            : await _checks.CheckAsync(token, limit => AskAsync(_cluster, token, jwt, limit), () => _issuer.HasSignedAsync(token.Text), cancellationToken);
    }

    public void Dispose()
    {
        _checks.Dispose();
        _cluster?.Dispose();
    }

    private async Task<RemoteAnswer> AskAsync(TokenReviewClient cluster, BearerToken token, UnverifiedJwt jwt, CancellationToken cancellationToken) =>
        new(Judge(token, await cluster.ReviewAsync(token.Text, _access.Audiences, cancellationToken)), jwt.ExpiresAt);

    private AuthenticationResult Judge(BearerToken token, TokenReviewStatus status)
    {
        if (status.Authenticated != true || string.IsNullOrEmpty(status.User?.Username))
        {
            return status.Error?.Contains("expired", StringComparison.OrdinalIgnoreCase) == true ? TokenRefusal.Expired : TokenRefusal.Unknown;
        }

        if (status.Audiences?.Any(_access.Audiences.Contains) != true)
        {
            return TokenRefusal.WrongAudience;
        }

        var groups = status.User.Groups ?? [];
        return _identities.OfName(token, status.User.Username, groups.Contains(Authenticated) ? groups : [.. groups, Authenticated], status.User.Uid);
    }
}
