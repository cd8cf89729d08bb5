using AuthGateway.Sessions.Store;
using AuthGateway.SystemTests.Parts;
using AuthGateway.Testing.Stores;

namespace AuthGateway.SystemTests.Stores;

/// <summary>The contract over TLS with a user and a password, and what a wrong one of each says.</summary>
public sealed class SecuredRedisTests : SessionStoreContract, IAsyncLifetime
{
    private const string Password = "redis-password-5d1e";
    private readonly TempFolder _folder = new("redis-tls");
    private RedisServer _server = null!;
    private RedisStores _stores = null!;
    private TestCertificate _certificate = null!;

    public async ValueTask InitializeAsync()
    {
        _certificate = TestCertificate.Make(_folder);
        _server = await RedisServer.StartAsync(
            "--tls-port", "PORT", "--tls-cert-file", _certificate.CertificateFile, "--tls-key-file", _certificate.KeyFile,
            "--tls-ca-cert-file", _certificate.AuthorityFile, "--tls-auth-clients", "no",
            "--aclfile", _folder.Write("users.acl", $"user default off\nuser gateway on >{Password} ~test-* &test-* +@all -@dangerous +info\n"));
        _stores = new RedisStores(Configuration(Password), _certificate.AuthorityFile);
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Wrong_password_is_said_in_a_sentence_without_it()
    {
        await using var stores = new RedisStores(Configuration("another-password"), _certificate.AuthorityFile);

        var e = await Assert.ThrowsAsync<StoreUnavailableException>(() => stores.Open().CheckAsync(TestContext.Current.CancellationToken));

        Assert.Contains("refuses the user or password", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-password", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_of_a_stranger_is_refused()
    {
        await using var stores = new RedisStores(Configuration(Password));

        var store = stores.Open();

        // On a busy machine the first answer may be that nothing was heard in time; the reason follows, and it never opens.
        var message = "";
        await Deadline.UntilAsync(
            async () =>
            {
                var e = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(TestContext.Current.CancellationToken));
                message = e.Message;
                return message.Contains("certificate", StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(30),
            () => message);
    }

    private protected override Task<ISessionStore> OpenAsync(ISessionStore? sameAs = null) => Task.FromResult(_stores.Open(sameAs));

    private string Configuration(string password) => $"{_server.Address},ssl=true,sslHost=localhost,user=gateway,password={password}";
}
