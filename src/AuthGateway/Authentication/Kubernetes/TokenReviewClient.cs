using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AuthGateway.Authentication.Bearer;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Pipeline;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>The API server as we use it: TokenReview, and who issues its service-account tokens. From <c>KUBECONFIG</c>, else from inside a pod.</summary>
internal sealed class TokenReviewClient : IDisposable
{
    /// <summary>Bytes of an answer; a review of a user with 10,000 groups has 500,000.</summary>
    public const int MaxAnswer = 1024 * 1024;

    private const string ServiceAccount = "system:serviceaccount:";
    private readonly ClusterAccess _access;
    private readonly HttpClient _client;
    private string? _issuer;

    private TokenReviewClient(ClusterAccess access, OutgoingClients clients)
    {
        _access = access;
        // Every caller brings a limit of 10 s.
        _client = new HttpClient(CreateHandler(access, clients)) { BaseAddress = access.Server, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswer };
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _client.DefaultRequestHeaders.Host = access.ServerName;
    }

    /// <summary>Null when there is no cluster; <paramref name="reason"/> says why.</summary>
    public static TokenReviewClient? TryOpen(AccessOptions access, ClusterPod pod, OutgoingClients clients, out string reason)
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
            reason = access.KubeConfig is { } path ? $"KUBECONFIG {path} cannot be read ({e.Message})" : $"the pod's service account cannot be read ({e.Message})";
            return null;
        }
    }

    /// <summary>
    /// The issuer of the cluster's service-account tokens: from our own token, else from the API server's discovery document; empty when the server does not
    /// tell us. Asked once.
    /// </summary>
    /// <exception cref="RemoteUnavailableException">The API server does not answer.</exception>
    public async ValueTask<string> IssuerAsync(CancellationToken cancellationToken) =>
        _issuer ??= OwnIssuer() ?? (await ReadAsync(".well-known/openid-configuration", cancellationToken) is { } document ? ReadIssuer(document) : "");

    /// <summary>The key set of the cluster's service-account tokens; null when it is closed to us.</summary>
    /// <exception cref="RemoteUnavailableException">The API server does not answer.</exception>
    public Task<string?> KeysAsync(CancellationToken cancellationToken) => ReadAsync("openid/v1/jwks", cancellationToken);

    /// <exception cref="RemoteUnavailableException">The API server does not answer, or does not let us ask.</exception>
    public async Task<TokenReviewStatus> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "apis/authentication.k8s.io/v1/tokenreviews");
        request.Content = JsonContent.Create(TokenReview.Of(token, audiences), TokenReviewJson.Default.TokenReview);
        using var response = await SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new RemoteUnavailableException(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? "the gateway's service account may not create tokenreviews; bind it to a ClusterRole that may (create, authentication.k8s.io, tokenreviews: manifests/kubernetes-tokens)"
                : $"the API server answered {(int)response.StatusCode}");
        }

        try
        {
            var review = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), TokenReviewJson.Default.TokenReview);
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
        handler.SslOptions.RemoteCertificateValidationCallback = access.Trust is { } trust ? trust.Accepts : static (_, _, _, _) => true;
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

    // A token of another kind (an ID token of the operator) is not from the cluster's own issuer.
    private string? OwnIssuer() =>
        _access.Credentials.Token() is { } own && UnverifiedJwt.TryRead(own) is { } jwt && jwt.Subject?.StartsWith(ServiceAccount, StringComparison.Ordinal) == true ? jwt.Issuer : null;

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
