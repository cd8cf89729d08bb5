using System.Security.Cryptography;
using AuthGateway.Authentication.Kubernetes;
using AuthGateway.Outgoing;

namespace AuthGateway.Tests.Authentication;

/// <summary>What a kubeconfig may say, and what we show to the API server then.</summary>
public sealed class KubeConfigTests : IDisposable
{
    private readonly ClusterFolder _folder = new();

    [Theory]
    [InlineData("token: of-the-user", "Bearer of-the-user", "")]
    [InlineData("token: 12345", "Bearer 12345", "")]
    [InlineData("tokenFile: token", "Bearer token-of-a-file", "")]
    [InlineData("tokenFile: token, token: of-the-user", "Bearer token-of-a-file", "")]
    [InlineData("token: of-the-user, username: ann, password: secret", "Bearer of-the-user", "")]
    [InlineData("username: ann, password: 'sécret:'", "Basic YW5uOnPDqWNyZXQ6", "")]
    [InlineData("client-certificate: client.crt, client-key: client.key", "", "CN=gateway")]
    [InlineData("client-certificate: FOLDER/client.crt, client-key: FOLDER/client.key, token: ~", "", "CN=gateway")]
    [InlineData("client-certificate-data: CERTIFICATE, client-key-data: KEY, client-certificate: /gone", "", "CN=gateway")]
    [InlineData("client-certificate-data: CERTIFICATE, client-key-data: KEY, token: of-the-user", "Bearer of-the-user", "CN=gateway")]
    [InlineData("exec: { command: aws, apiVersion: client.authentication.k8s.io/v1 }, token: of-the-user", "Bearer of-the-user", "")]
    public async Task Credentials_of_a_user(string user, string authorization, string certificate)
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        _folder.WriteAuthority(_folder.Authority);
        _folder.WriteKubeConfig($"server: '{server.Address}', certificate-authority: ca.crt", Fill(user));
        using var cluster = _folder.Open();

        var status = await cluster.ReviewAsync("asked-about", ["here", "there"], TestContext.Current.CancellationToken);

        Assert.Equal((true, "ann", "here"), (status.Authenticated, status.User?.Username, status.Audiences?.Single()));
        var call = Assert.Single(server.Calls);
        Assert.Equal(("POST", "/apis/authentication.k8s.io/v1/tokenreviews"), (call.Method, call.Path));
        Assert.Equal((authorization, certificate), (call.Authorization, call.Certificate));
        Assert.Equal("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"asked-about","audiences":["here","there"]}}""", call.Body);
    }

    [Theory]
    [InlineData("certificate-authority: ca.crt")]
    [InlineData("certificate-authority: FOLDER/ca.crt, insecure-skip-tls-verify: false")]
    [InlineData("certificate-authority-data: AUTHORITY, certificate-authority: /gone")]
    [InlineData("insecure-skip-tls-verify: true")]
    [InlineData("certificate-authority: ca.crt, proxy-url: 'http://127.0.0.1:1'")]
    public async Task Server_that_is_believed(string cluster)
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server());
        _folder.WriteAuthority(_folder.Authority);
        _folder.WriteKubeConfig($"server: '{server.Address}', {Fill(cluster)}", "token: mine");
        using var connection = _folder.Open();

        Assert.True((await connection.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken)).Authenticated);
    }

    [Theory]
    [InlineData("token: mine", "", "127.0.0.1", "set certificate-authority of the cluster in KUBECONFIG to a file with")]
    [InlineData("token: mine", "certificate-authority: ca.crt", "api.corp.example", "its certificate is for other names (api.corp.example), not for 127.0.0.1")]
    [InlineData("token: mine", "certificate-authority: other.crt", "127.0.0.1", "other.crt does not hold it: add that authority's certificate in PEM form")]
    [InlineData("token: mine", "certificate-authority-data: OTHER", "127.0.0.1", "certificate-authority-data of the cluster in KUBECONFIG does not hold it")]
    public async Task Server_that_is_not_believed(string user, string cluster, string name, string sentence)
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server(name));
        _folder.WriteAuthority(_folder.Authority);
        _folder.Write("other.crt", new TestAuthority("Other").Root.ExportCertificatePem());
        _folder.WriteKubeConfig($"server: '{server.Address}', {Fill(cluster)}", user);
        using var connection = _folder.Open();

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => connection.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken));

        Assert.Contains(sentence, AuthGateway.Outgoing.OutgoingFailure.Describe(failure), StringComparison.Ordinal);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task Tls_server_name_is_asked_for_and_looked_at()
    {
        await using var server = await FakeApiServer.StartAsync(_folder.Authority.Server("api.corp.example"));
        _folder.WriteAuthority(_folder.Authority);
        _folder.WriteKubeConfig($"server: '{server.Address}', certificate-authority: ca.crt, tls-server-name: api.corp.example", "token: mine");
        using var connection = _folder.Open();

        Assert.True((await connection.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken)).Authenticated);
        Assert.Equal("api.corp.example", server.Calls.Single().ServerName);
    }

    [Theory]
    [InlineData("http://127.0.0.1:PORT/k8s/clusters/c-1", "/k8s/clusters/c-1/apis/authentication.k8s.io/v1/tokenreviews")]
    [InlineData("http://127.0.0.1:PORT/k8s/clusters/c-1/", "/k8s/clusters/c-1/apis/authentication.k8s.io/v1/tokenreviews")]
    [InlineData("http://0.0.0.0:PORT", "/apis/authentication.k8s.io/v1/tokenreviews")]
    public async Task Path_of_the_servers_address_is_kept(string address, string path)
    {
        await using var server = await FakeApiServer.StartAsync(null);
        _folder.WriteKubeConfig($"server: '{address.Replace("PORT", $"{server.Address.Port}", StringComparison.Ordinal)}'", "token: mine");
        using var connection = _folder.Open();

        await connection.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken);

        Assert.Equal(path, server.Calls.Single().Path);
    }

    [Theory]
    [InlineData("exec: { command: aws }", "the user gateway takes its credentials from exec, which the gateway does not run; write token, tokenFile, or client-certificate with client-key for it")]
    [InlineData("auth-provider: { name: oidc, config: { id-token: x } }", "the user gateway takes its credentials from auth-provider, which the gateway does not run")]
    [InlineData("username: ann", "the user gateway has no credentials")]
    [InlineData("client-certificate: client.crt", "the user gateway has no client-key")]
    [InlineData("client-key-data: KEY", "the user gateway has no client-certificate")]
    [InlineData("client-certificate: client.crt, client-key: token", "no pair of certificate and unencrypted key in PEM form")]
    [InlineData("client-certificate: client.crt, client-key-data: OTHERKEY", "no pair of certificate")]
    [InlineData("client-certificate: gone.crt, client-key: client.key", "the client-certificate of the user gateway, FOLDER/gone.crt, cannot be read")]
    [InlineData("client-certificate-data: '???', client-key: client.key", "its client-certificate-data is no base64")]
    [InlineData("token: 'a b'", "its token holds characters that no token has")]
    public void User_that_cannot_be_used_is_refused_by_name(string user, string sentence) => AssertRefused("server: 'https://127.0.0.1'", Fill(user), Fill(sentence));

    [Theory]
    [InlineData("", "the server of its cluster is no address that begins with https:// or http://")]
    [InlineData("server: 'ftp://x'", "the server of its cluster is no address")]
    [InlineData("server: 'https://x', certificate-authority: gone.crt", "FOLDER/gone.crt cannot be read; it must hold certificates in PEM form")]
    [InlineData("server: 'https://x', certificate-authority: token", "FOLDER/token holds no certificate in PEM form")]
    [InlineData("server: 'https://x', certificate-authority-data: '???'", "its certificate-authority-data is no base64")]
    public void Cluster_that_cannot_be_used_is_refused_by_name(string cluster, string sentence) => AssertRefused(cluster, "token: mine", Fill(sentence));

    [Theory]
    [InlineData("- a", "it is no kubeconfig")]
    [InlineData("", "it is no kubeconfig")]
    [InlineData("a: b\nc: [", "it is no YAML: line ")]
    [InlineData("kind: Config", "it has no current-context; choose one with kubectl config use-context")]
    [InlineData("current-context: here", "it has no context here")]
    [InlineData("current-context: here\ncontexts: [{ name: here, context: { user: u } }]", "its context here names no cluster")]
    [InlineData("current-context: here\ncontexts: [{ name: here, context: { cluster: c } }]", "it has no cluster c")]
    [InlineData("current-context: here\ncontexts: [{ name: here, context: { cluster: c, user: u } }]\nclusters: [{ name: c, cluster: { server: 'https://x' } }]", "it has no user u")]
    public void File_that_cannot_be_used_says_why(string text, string sentence)
    {
        _folder.Write("kubeconfig", text);
        Assert.Null(_folder.Open(out var reason));
        Assert.StartsWith($"KUBECONFIG {_folder.KubeConfig} cannot be read ({sentence}", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_read_too_and_a_context_without_a_user_shows_nothing()
    {
        await using var server = await FakeApiServer.StartAsync(null);
        _folder.Write("kubeconfig", $$"""
            { "current-context": "Here", "contexts": [{ "name": "here", "context": { "cluster": "c" } }], "clusters": [{ "name": "c", "cluster": { "server": "{{server.Address}}" } }] }
            """);
        using var connection = _folder.Open();

        await connection.ReviewAsync("t", ["here"], TestContext.Current.CancellationToken);

        Assert.Equal("", server.Calls.Single().Authorization);
    }

    public void Dispose() => _folder.Dispose();

    private void AssertRefused(string cluster, string user, string sentence)
    {
        _folder.WriteKubeConfig(cluster, user);
        Assert.Null(_folder.Open(out var reason));
        Assert.Contains(sentence, reason, StringComparison.Ordinal);
    }

    private string Fill(string text)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return text
            .Replace("OTHERKEY", ClusterFolder.Base64(other.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal)
            .Replace("OTHER", ClusterFolder.Base64(new TestAuthority("Other").Root.ExportCertificatePem()), StringComparison.Ordinal)
            .Replace("AUTHORITY", ClusterFolder.Base64(_folder.Authority.Root.ExportCertificatePem() + "\n" + _folder.Authority.Issuing.ExportCertificatePem()), StringComparison.Ordinal)
            .Replace("CERTIFICATE", ClusterFolder.Base64(_folder.ClientCertificate), StringComparison.Ordinal)
            .Replace("KEY", ClusterFolder.Base64(_folder.ClientKey), StringComparison.Ordinal)
            .Replace("FOLDER", _folder.Path, StringComparison.Ordinal);
    }
}
