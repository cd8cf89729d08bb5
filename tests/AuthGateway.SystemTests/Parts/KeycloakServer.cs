namespace AuthGateway.SystemTests.Parts;

/// <summary>
/// One real Keycloak for the whole run, started when the first test asks: from <c>KEYCLOAK_HOME</c> (a folder with
/// <c>start.sh DIR PORT</c> and <c>stop.sh DIR</c>), else in Docker. Realms: <c>master</c> (the seed's) and <c>kubeflow</c>.
/// </summary>
public sealed class KeycloakServer : IAsyncDisposable
{
    public const string ClientId = "kubeflow-oidc-authservice";
    public const string ClientSecret = "authservice-secret";
    public const string AdminEmail = "admin@example.com";

    private readonly TempFolder _folder = new("keycloak");
    private readonly Lazy<Task<Uri>> _address;
    private KeycloakContainer? _container;
    private string? _home;

    public KeycloakServer() => _address = new(StartAsync);

    /// <summary>Base address without a path.</summary>
    public Task<Uri> AddressAsync() => _address.Value;

    public async Task<string> IssuerAsync(string realm) => new Uri(await AddressAsync(), $"/realms/{realm}").ToString();

    internal async Task<KeycloakAdmin> AdminAsync(string realm) => new(await AddressAsync(), realm);

    public async ValueTask DisposeAsync()
    {
        if (_home is not null)
            await ChildProcess.RunAsync("sh", [Path.Combine(_home, "stop.sh"), _folder.File("run")], limitSeconds: 30);
        if (_container is not null)
            await _container.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<Uri> StartAsync()
    {
        var address = await StartServerAsync();
        var master = new KeycloakAdmin(address, "master");
        await master.SeedMasterAsync();
        var kubeflow = new KeycloakAdmin(address, "kubeflow");
        await kubeflow.ChangeClientAsync(client => client["redirectUris"] = new System.Text.Json.Nodes.JsonArray("http://localhost:*", "https://localhost:*"));
        return address;
    }

    private async Task<Uri> StartServerAsync()
    {
        _home = RealPart.Home("KEYCLOAK_HOME", "start.sh");
        if (_home is null)
        {
            _container = await KeycloakContainer.TryStartAsync();
            if (_container is null)
                RealPart.Missing("No real Keycloak: set KEYCLOAK_HOME to a folder with start.sh and stop.sh, or run Docker.");
            return _container.Address;
        }

        // KEYCLOAK_SERVER: an unpacked server that several runs share.
        var environment = new Dictionary<string, string>();
        if (Environment.GetEnvironmentVariable("KEYCLOAK_SERVER") is { Length: > 0 } server)
            environment["KC_SERVER"] = server;
        // The server outlives start.sh and would keep its output pipe open: the answer goes through a file.
        var ready = _folder.File("ready");
        await ChildProcess.RunAsync(
            "sh", ["-c", "sh \"$0/start.sh\" \"$1\" 0 >\"$2\"", _home, _folder.File("run"), ready], environment);
        return new Uri((await File.ReadAllTextAsync(ready)).Split(' ')[1]);
    }
}
