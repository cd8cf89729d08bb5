using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AuthGateway.Authentication.Bearer;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Pipeline;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// Client of the API server: TokenReview, and the issuer of service-account tokens. Configured by
/// <c>KUBECONFIG</c>, else from inside a pod.
/// </summary>
internal sealed class TokenReviewClient : IDisposable
{
    /// <summary>
    /// Largest response in bytes. A review of a user with 10,000 groups has 500,000.
    /// </summary>
    public const int MaxAnswer = 1024 * 1024;

    private const string ServiceAccount = "system:serviceaccount:";
    private readonly ClusterAccess _access;
    private readonly HttpClient _client;
    private string? _issuer;

    private TokenReviewClient(ClusterAccess access, OutgoingClients clients)
    {
        _access = access;
        // Every caller passes a cancellation token with a limit of 10 s.
        _client = new HttpClient(CreateHandler(access, clients))
        {
            BaseAddress = access.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswer,
        };
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _client.DefaultRequestHeaders.Host = access.ServerName;
    }

    /// <summary>
    /// Returns null when there is no cluster; <paramref name="reason"/> names the cause.
    /// </summary>
    public static TokenReviewClient? TryOpen(
        AccessOptions access, ClusterPod pod, OutgoingClients clients, out string reason)
    {
        reason = "neither KUBECONFIG nor a pod's service account is there";
        try
        {
            if (access.KubeConfig is { } path)
            {
                return new TokenReviewClient(KubeConfig.Read(path), clients);
            }

            return pod.Exists ? new TokenReviewClient(pod.Open(), clients) : null;
        }
        catch (ClusterAccessException e)
        {
            reason = access.KubeConfig is { } path
                ? $"KUBECONFIG {path} cannot be read ({e.Message})"
                : $"the pod's service account cannot be read ({e.Message})";
            return null;
        }
    }

    /// <summary>
    /// Returns the issuer of the cluster's service-account tokens: from the gateway's own token,
    /// else from the API server's discovery document. Empty when the server does not disclose it.
    /// Requested once.
    /// </summary>
    /// <exception cref="RemoteUnavailableException">The API server does not answer.</exception>
    public async ValueTask<string> IssuerAsync(CancellationToken cancellationToken) =>
        _issuer ??= OwnIssuer()
            ?? (await ReadAsync(".well-known/openid-configuration", cancellationToken) is { } document
                ? ReadIssuer(document)
                : "");

    /// <summary>
    /// Returns the key set of the cluster's service-account tokens. Null when it is not accessible.
    /// </summary>
    /// <exception cref="RemoteUnavailableException">The API server does not answer.</exception>
    public Task<string?> KeysAsync(CancellationToken cancellationToken) =>
        ReadAsync("openid/v1/jwks", cancellationToken);

    /// <exception cref="RemoteUnavailableException">The API server does not answer, or forbids
    /// TokenReview.</exception>
    public async Task<TokenReviewStatus> ReviewAsync(
        string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "apis/authentication.k8s.io/v1/tokenreviews");
        request.Content = JsonContent.Create(TokenReview.Create(token, audiences), TokenReviewJson.Default.TokenReview);
        using var response = await SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var isRefused = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
            throw new RemoteUnavailableException(isRefused
                ? "the gateway's service account may not create tokenreviews; bind it to a ClusterRole that may "
                    + "(create, authentication.k8s.io, tokenreviews: manifests/kubernetes-tokens)"
                : $"the API server answered {(int)response.StatusCode}");
        }

        try
        {
            var review = JsonSerializer.Deserialize(
                await response.Content.ReadAsByteArrayAsync(cancellationToken), TokenReviewJson.Default.TokenReview);
            return review?.Status ?? throw new RemoteUnavailableException("the API server's answer has no status");
        }
        catch (JsonException e)
        {
            throw new RemoteUnavailableException("the API server's answer is no TokenReview", e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler CreateHandler(ClusterAccess access, OutgoingClients clients)
    {
        var handler = clients.CreateClusterHandler();
        handler.SslOptions.ClientCertificateContext = access.Certificate;
#pragma warning disable CA5359 // The operator's kubeconfig says so (insecure-skip-tls-verify).
        handler.SslOptions.RemoteCertificateValidationCallback = access.Trust is { } trust
            ? trust.Accepts
            : static (_, _, _, _) => true;
#pragma warning restore CA5359
        return handler;
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _access.Credentials.Header();
        return _client.SendAsync(request, cancellationToken);
    }

    private async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await response.Content.ReadAsStringAsync(cancellationToken),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => null,
            _ => throw new RemoteUnavailableException($"the API server answered {(int)response.StatusCode}"),
        };
    }

    // A token of another kind (an ID token of the operator) is not of the cluster's own issuer.
    private string? OwnIssuer() =>
        _access.Credentials.Token() is { } own
            && UnverifiedJwt.TryRead(own) is { } jwt
            && jwt.Subject?.StartsWith(ServiceAccount, StringComparison.Ordinal) == true
            ? jwt.Issuer
            : null;

    private static string ReadIssuer(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.GetProperty("issuer").GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return "";
        }
    }
}
