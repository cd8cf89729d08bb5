using AuthGateway.Outgoing;
using k8s;

namespace AuthGateway.Authentication;

/// <summary>
/// Sends the client library's requests to the API server through our own connections: the connect policy, and never a proxy (in a pod the API server is an
/// address of the cluster, which no proxy of the provider can reach).
/// </summary>
internal sealed class ClusterHandler(KubernetesClientConfiguration configuration, OutgoingClients clients) : DelegatingHandler
{
    private readonly Lock _gate = new();
    private HttpMessageInvoker? _own;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Own().SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _own?.Dispose();
        }

        base.Dispose(disposing);
    }

    private HttpMessageInvoker Own()
    {
        lock (_gate)
        {
            return _own ??= new HttpMessageInvoker(Create());
        }
    }

    private SocketsHttpHandler Create()
    {
        var handler = clients.CreateClusterHandler();
        var tls = handler.SslOptions;
        if (!string.IsNullOrEmpty(configuration.TlsServerName))
        {
            tls.TargetHost = configuration.TlsServerName;
        }

        if (configuration.SkipTlsVerify)
        {
#pragma warning disable CA5359 // The operator's kubeconfig says so (insecure-skip-tls-verify).
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (configuration.SslCaCerts is { Count: > 0 } authorities)
        {
            tls.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                certificate is not null && Kubernetes.CertificateValidationCallBack(sender, authorities, certificate, chain!, errors);
        }

        // The library has read the kubeconfig's client certificate into the handler that stands behind this one.
        var behind = InnerHandler;
        while (behind is DelegatingHandler outer)
        {
            behind = outer.InnerHandler;
        }

        if (behind is HttpClientHandler { ClientCertificates.Count: > 0 } prepared)
        {
            tls.ClientCertificates = prepared.ClientCertificates;
        }

        return handler;
    }
}
