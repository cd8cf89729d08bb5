using System.Net;
using System.Security.Cryptography;
using AuthGateway.Outgoing;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// Reads a kubeconfig: cluster and user of its <c>current-context</c>. As in kubectl, relative
/// paths are resolved against the file's directory, and inline data takes precedence over files.
/// </summary>
internal sealed class KubeConfig
{
    private readonly string _folder;
    private readonly KubeConfigNode _root;

    private KubeConfig(string path)
    {
        _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        _root = KubeConfigNode.Load(path);
    }

    /// <exception cref="ClusterAccessException">The file cannot be used. The message names the
    /// reason and the remedy.</exception>
    public static ClusterAccess Read(string path) => new KubeConfig(path).Read();

    private ClusterAccess Read()
    {
        var current = _root.Text("current-context")
            ?? throw new ClusterAccessException(
                "it has no current-context; choose one with kubectl config use-context");
        var context = FindEntry("context", current);
        var cluster = FindEntry(
            "cluster",
            context.Text("cluster") ?? throw new ClusterAccessException($"its context {current} names no cluster"));
        var user = context.Text("user") is { } name ? new KubeConfigUser(FindEntry("user", name), name, _folder) : null;
        return new ClusterAccess
        {
            Server = Server(cluster),
            Trust = cluster.IsTrue("insecure-skip-tls-verify") ? null : Trust(cluster),
            ServerName = cluster.Text("tls-server-name"),
            Credentials = user?.Credentials() ?? ClusterCredentials.None,
            Certificate = user?.Certificate(),
        };
    }

    // Finds an entry of the list clusters, contexts or users.
    private KubeConfigNode FindEntry(string kind, string name)
    {
        var all = _root.List(kind + "s")
            .Where(item => string.Equals(item.Text("name"), name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var found = all.Find(item => item.Text("name") == name) ?? all.FirstOrDefault();
        return found?.Map(kind) ?? throw new ClusterAccessException($"it has no {kind} {name}");
    }

    private static Uri Server(KubeConfigNode cluster)
    {
        if (!Uri.TryCreate(cluster.Text("server"), UriKind.Absolute, out var server)
            || server.Scheme is not ("https" or "http"))
        {
            throw new ClusterAccessException(
                "the server of its cluster is no address that begins with https:// or http://");
        }

        // Development clusters write the unspecified address, which no certificate contains.
        var loopback = !IPAddress.TryParse(server.Host, out var address) ? null
            : address.Equals(IPAddress.Any) ? "127.0.0.1"
            : address.Equals(IPAddress.IPv6Any) ? "[::1]"
            : null;
        return ClusterAccess.WithSlash(loopback is null ? server : new UriBuilder(server) { Host = loopback }.Uri);
    }

    private ServerTrust Trust(KubeConfigNode cluster)
    {
        if (cluster.Text("certificate-authority-data") is { } data)
        {
            var text = KubeConfigNode.Decode("certificate-authority-data", data);
            return Only(() => text, "certificate-authority-data of the cluster in KUBECONFIG");
        }

        if (cluster.Text("certificate-authority") is { } file)
        {
            var path = Path.Combine(_folder, file);
            return Only(() => File.ReadAllText(path), path);
        }

        return ServerTrust.ForSystemRoots("certificate-authority of the cluster in KUBECONFIG");
    }

    private static ServerTrust Only(Func<string> read, string source)
    {
        try
        {
            return ServerTrust.CountCertificates(read()) > 0
                ? ServerTrust.Only(read, source)
                : throw new ClusterAccessException($"{source} holds no certificate in PEM form");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ClusterAccessException($"{source} cannot be read; it must hold certificates in PEM form", e);
        }
    }
}
