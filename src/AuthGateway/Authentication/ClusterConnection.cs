using System.Net;
using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;
using k8s.Models;

namespace AuthGateway.Authentication;

/// <summary>The API server as we use it: TokenReview, and who issues its service-account tokens. From <c>KUBECONFIG</c>, else from inside a pod.</summary>
internal sealed class ClusterConnection : IDisposable
{
    private readonly Kubernetes _client;
    private string? _issuer;

    private ClusterConnection(KubernetesClientConfiguration configuration, OutgoingClients clients)
    {
        configuration.HttpClientTimeout = TimeSpan.FromSeconds(10);
        _client = new Kubernetes(configuration, new ClusterHandler(configuration, clients));
        _issuer = configuration.AccessToken is { } own ? JwtContent.TryRead(own)?.Issuer : null;
    }

    /// <summary>Null when there is no cluster; <paramref name="reason"/> says why.</summary>
    public static ClusterConnection? TryOpen(AccessOptions access, OutgoingClients clients, out string reason)
    {
        reason = "neither KUBECONFIG nor a pod's service account is there";
        try
        {
            if (access.KubeConfig is { } path)
            {
                return new ClusterConnection(KubernetesClientConfiguration.BuildConfigFromConfigFile(path), clients);
            }

            return KubernetesClientConfiguration.IsInCluster() ? new ClusterConnection(KubernetesClientConfiguration.InClusterConfig(), clients) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KubernetesException or KubeConfigException or ArgumentException or FormatException or YamlDotNet.Core.YamlException)
        {
            reason = access.KubeConfig is { } path ? $"KUBECONFIG {path} cannot be read ({e.GetType().Name})" : $"the pod's service account cannot be read ({e.GetType().Name})";
            return null;
        }
    }

    /// <summary>
    /// The issuer of the cluster's service-account tokens: from our own token, else from the API server's discovery document; empty when the server does not
    /// tell us. Asked once.
    /// </summary>
    /// <exception cref="RemoteUnavailableException">The API server does not answer.</exception>
    public async ValueTask<string> IssuerAsync(CancellationToken cancellationToken)
    {
        if (_issuer is { } known)
        {
            return known;
        }

        // The package's own call reads the document as a JSON text and fails.
        return _issuer = await ReadAsync(".well-known/openid-configuration", cancellationToken) is { } document ? ReadIssuer(document) : "";
    }

    /// <summary>The key set of the cluster's service-account tokens; null when it is closed to us.</summary>
    /// <exception cref="RemoteUnavailableException">The API server does not answer.</exception>
    public Task<string?> KeysAsync(CancellationToken cancellationToken) => ReadAsync("openid/v1/jwks", cancellationToken);

    private async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_client.BaseUri, path));
        if (_client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        using var response = await _client.HttpClient.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await response.Content.ReadAsStringAsync(cancellationToken),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => null,
            _ => throw new RemoteUnavailableException($"the API server answered {(int)response.StatusCode}"),
        };
    }

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

    /// <exception cref="RemoteUnavailableException">The API server does not answer, or does not let us ask.</exception>
    public async Task<V1TokenReviewStatus> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        var review = new V1TokenReview { Spec = new V1TokenReviewSpec { Token = token, Audiences = [.. audiences] } };
        try
        {
            return (await _client.AuthenticationV1.CreateTokenReviewAsync(review, cancellationToken: cancellationToken)).Status
                ?? throw new RemoteUnavailableException("the API server's answer has no status");
        }
        catch (HttpOperationException e)
        {
            throw new RemoteUnavailableException(e.Response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? "the gateway's service account may not create tokenreviews; bind it to a ClusterRole that may (create, authentication.k8s.io, tokenreviews: manifests/kubernetes-tokens)"
                : $"the API server answered {(int)e.Response.StatusCode}", e);
        }
        catch (JsonException e)
        {
            throw new RemoteUnavailableException("the API server's answer is no TokenReview", e);
        }
    }

    public void Dispose() => _client.Dispose();
}
