using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthGateway.Cli;
using AuthGateway.Cli.Checks;
using AuthGateway.Configuration;
using AuthGateway.Tests.Rig;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace AuthGateway.Tests.Cli;

public sealed class CheckTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private FakeProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await FakeProvider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Fit_provider_store_and_upstream_give_no_finding_of_theirs_and_leave_no_trace()
    {
        using var upstream = new EchoUpstream();

        var report = await LookAsync("UPSTREAM_URL=" + upstream.Address);

        Assert.DoesNotContain(report.Findings, finding => finding.Area != CheckArea.Settings);
        Assert.Equal([CheckArea.Settings, CheckArea.Provider, CheckArea.Client, CheckArea.Clock, CheckArea.Store, CheckArea.Upstream], report.Checked);
        Assert.Equal(1, _provider.Count("token"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Upstream_by_https_that_has_no_tls_is_named()
    {
        using var upstream = new EchoUpstream();

        var finding = Assert.Single(await FindingsAsync(CheckArea.Upstream, $"UPSTREAM_URL=https://{upstream.Address.Authority}"));

        Assert.StartsWith($"UPSTREAM_URL: {upstream.Address.Authority} cannot be spoken to over TLS", finding.Problem, StringComparison.Ordinal);
        Assert.StartsWith("Write http://", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_that_takes_connections_and_does_not_answer_is_named()
    {
        using var upstream = new TcpListener(IPAddress.Loopback, 0);
        upstream.Start();

        Assert.Contains("does not answer within 5 s", Assert.Single(await FindingsAsync(CheckArea.Upstream, $"UPSTREAM_URL=http://{upstream.LocalEndpoint}")).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("upstream", 0)]
    [InlineData("original", 1)]
    public async Task Upstream_that_refuses_the_public_host_is_named(string setting, int findings)
    {
        using var upstream = new EchoUpstream();
        upstream.RefusedHost = "app.example.test";

        var report = await LookAsync("UPSTREAM_URL=" + upstream.Address, "PUBLIC_URL=https://app.example.test", "UPSTREAM_HOST=" + setting);
        var found = report.Findings.Where(finding => finding.Area == CheckArea.Upstream).ToList();

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.StartsWith("Set UPSTREAM_HOST=upstream", finding.NextStep, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Issuer_that_differs_by_a_slash_is_named()
    {
        _provider.EditDiscovery = document => document["issuer"] = _provider.Issuer + "/";

        var finding = Assert.Single(await FindingsAsync(CheckArea.Provider));

        Assert.Contains($"\"{_provider.Issuer}/\"", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_that_signs_with_a_shared_secret_alone_is_named()
    {
        _provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray("HS256", "none");

        Assert.Contains("HS256, none", Assert.Single(await FindingsAsync(CheckArea.Provider)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announced_and_accepted_algorithms_are_a_hint()
    {
        _provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray("RS256", "ES256");

        var finding = Assert.Single((await LookAsync()).Findings, finding => finding.Area == CheckArea.Provider);

        Assert.Equal(FindingLevel.Hint, finding.Level);
        Assert.Contains("announces RS256, ES256 for ID tokens; accepted are RS256 (OIDC_SIGNING_ALGS", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HS256_with_Keycloak_is_named()
    {
        var report = await LookAsync("OIDC_ALLOW_HS256=true", "OIDC_ISSUER=https://id.example.test/realms/main");

        Assert.Contains(report.Findings, finding => finding.Problem.Contains("Keycloak signs HS256 with a key of its own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_of_another_kind_than_announced_are_named()
    {
        _provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray("ES256");

        Assert.Contains("ES256", Assert.Single(await FindingsAsync(CheckArea.Provider)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_validation_that_cannot_work_at_this_provider_is_named()
    {
        _provider.EditDiscovery = document =>
        {
            document.Remove("userinfo_endpoint");
            document["grant_types_supported"] = new JsonArray("authorization_code");
        };

        Assert.DoesNotContain((await LookAsync()).Findings, finding => finding.Problem.Contains("STRICT", StringComparison.Ordinal));
        var findings = (await LookAsync("STRICT_SESSION_VALIDATION=true")).Findings.Where(finding => finding.Problem.Contains("STRICT_SESSION_VALIDATION", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, findings.Count);
        Assert.Contains("OIDC_USERINFO_URL", findings[0].NextStep, StringComparison.Ordinal);
        Assert.Contains("offline_access", findings[1].NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_key_set_is_named()
    {
        _provider.Faults["jwks"] = async context =>
        {
            await context.Response.WriteAsync("{\"keys\":[]}");
            return true;
        };

        Assert.Contains("no usable signing key", Assert.Single(await FindingsAsync(CheckArea.Provider)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_client_is_named_without_its_secret()
    {
        _provider.Faults["token"] = Fault.Answer(401, "{\"error\":\"unauthorized_client\",\"error_description\":\"hunter2\"}");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client));

        Assert.Contains("401 unauthorized_client", finding.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", finding.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(FakeProvider.ClientSecret, finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_that_the_provider_refuses_is_named_with_its_redirect_address()
    {
        _provider.Faults["authorize"] = Fault.Answer(400, "Invalid parameter: redirect_uri");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client));

        Assert.Contains("redirect address https://gw.example.test/authservice/oidc/callback", finding.Problem, StringComparison.Ordinal);
        Assert.Contains("REDIRECT_URL", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relative_authorization_address_is_replaced_by_the_discovered_one()
    {
        _provider.Faults["authorize"] = Fault.Answer(400, "Invalid parameter: redirect_uri");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client, "OIDC_AUTH_URL=/dex/auth", "SKIP_AUTH_URLS=/dex"));

        Assert.Contains("refuses a login (400)", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorization_address_that_cannot_be_tried_is_a_hint()
    {
        _provider.EditDiscovery = document => document.Remove("authorization_endpoint");

        var report = await LookAsync("OIDC_AUTH_URL=/dex/auth", "SKIP_AUTH_URLS=/dex");

        var finding = Assert.Single(report.Findings, finding => finding.Area == CheckArea.Client);
        Assert.Contains("were not tried: OIDC_AUTH_URL /dex/auth is relative", finding.Problem, StringComparison.Ordinal);
        Assert.Equal(FindingLevel.Hint, finding.Level);
    }

    [Fact]
    public async Task Logout_that_the_provider_does_not_bring_back_is_named_with_its_address()
    {
        _provider.Faults["end-session"] = Fault.Answer(400, "Invalid redirect uri");

        var finding = Assert.Single(await FindingsAsync(CheckArea.Client));

        Assert.Contains("https://gw.example.test/authservice/oidc/callback", finding.Problem, StringComparison.Ordinal);
        Assert.Contains("POST_LOGOUT_REDIRECT_URL", finding.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain((await LookAsync("LOGOUT_MODE=local")).Findings, found => found.Area == CheckArea.Client);
    }

    [Fact]
    public async Task Scope_that_the_provider_does_not_know_is_named()
    {
        _provider.Faults["authorize"] = context =>
        {
            Assert.Equal("none", context.Request.Query["prompt"]);
            context.Response.Redirect(context.Request.Query["redirect_uri"] + "?error=invalid_scope&state=auth-gateway-check");
            return Task.FromResult(true);
        };

        Assert.Contains("openid email", Assert.Single(await FindingsAsync(CheckArea.Client)).Problem, StringComparison.Ordinal);
        Assert.Contains("openid email", Assert.Single(await FindingsAsync(CheckArea.Client, "OIDC_AUTH_URL=/dex/auth", "SKIP_AUTH_URLS=/dex")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clock_is_not_called_looked_at_where_the_provider_does_not_tell_its_time()
    {
        _provider.Faults["jwks"] = context =>
        {
            context.Response.Headers.Date = "";
            return Task.FromResult(false);
        };

        Assert.DoesNotContain(CheckArea.Clock, (await LookAsync()).Checked);
    }

    [Theory]
    [InlineData(90, "ahead of")]
    [InlineData(-90, "behind")]
    public async Task Clock_that_differs_is_named(int seconds, string word)
    {
        var report = await CheckCommand.LookAsync(Settings(), new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(seconds)), TestContext.Current.CancellationToken);

        Assert.Contains(word, Assert.Single(report.Findings, finding => finding.Area == CheckArea.Clock).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_is_a_folder_or_lies_below_a_file_is_named()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "", TestContext.Current.CancellationToken);

        var folder = Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + _folder.Path));
        var below = Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + _folder.File("file/deep/data.db")));

        Assert.Contains($"{_folder.Path} is a folder; name a file in it", folder.Problem, StringComparison.Ordinal);
        Assert.Contains($"lies below {_folder.File("file")}, which is a file", below.Problem, StringComparison.Ordinal);
        Assert.Equal([_folder.File("file")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Store_below_a_file_is_named_with_user_owner_and_mode()
    {
        var finding = Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=/proc/auth-gateway/data.db"));

        Assert.Matches(@"cannot be written by uid \d+ gid \d+: /proc is owned by 0:0 with mode 0555", finding.Problem);
    }

    [Fact]
    public async Task Old_bolt_file_is_named_and_stays_where_it_is()
    {
        var page = new byte[4096];
        BitConverter.GetBytes(0xED0CDAED).CopyTo(page, 16);
        File.WriteAllBytes(_folder.File("data.db"), page);

        Assert.Contains("BoltDB", Assert.Single(await FindingsAsync(CheckArea.Store)).Problem, StringComparison.Ordinal);
        Assert.Equal(page, File.ReadAllBytes(_folder.File("data.db")));
    }

    [Fact]
    public async Task Text_file_and_foreign_database_are_no_store()
    {
        File.WriteAllText(_folder.File("text.db"), new string('x', 5000));
        using (var foreign = new SqliteConnection($"Data Source={_folder.File("foreign.db")};Pooling=False"))
        {
            foreign.Open();
            using var command = foreign.CreateCommand();
            command.CommandText = "CREATE TABLE theirs(a)";
            command.ExecuteNonQuery();
        }

        Assert.Contains("not a usable SQLite file", Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + _folder.File("text.db"))).Problem, StringComparison.Ordinal);
        Assert.Contains("another application", Assert.Single(await FindingsAsync(CheckArea.Store, "SESSION_STORE_PATH=" + _folder.File("foreign.db"))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_and_routes_file_destinations_that_take_no_connection_are_named()
    {
        File.WriteAllText(_folder.File("routes.json"), """{"ReverseProxy":{"Clusters":{"a":{"Destinations":{"d":{"Address":"http://127.0.0.1:1/"}}}}}}""");

        Assert.Contains("127.0.0.1:1 takes no connection", Assert.Single(await FindingsAsync(CheckArea.Upstream, "UPSTREAM_URL=http://127.0.0.1:1")).Problem, StringComparison.Ordinal);
        Assert.StartsWith("ROUTES_FILE:", Assert.Single(await FindingsAsync(CheckArea.Upstream, "ROUTES_FILE=" + _folder.File("routes.json"))).Problem, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<CheckFinding>> FindingsAsync(string area, params string[] changes)
    {
        var report = await LookAsync(changes);
        Assert.Equal(ExitCode.Findings, report.ExitCode);
        Assert.All(report.Findings, finding => Assert.NotEmpty(finding.NextStep));
        return [.. report.Findings.Where(finding => finding.Area == area)];
    }

    private async Task<CheckReport> LookAsync(params string[] changes)
    {
        if (PublishedGateway.Program is null)
        {
            return await CheckCommand.LookAsync(Settings(changes), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var run = await CommandRun.OfAsync(Variables(changes), "check", "--json");
        var report = JsonSerializer.Deserialize(run.Output, CheckJson.Default.CheckReport)!;
        Assert.Equal(run.ExitCode, report.ExitCode);
        return report;
    }

    private SettingsResult Settings(params string[] changes)
    {
        var result = SettingsReader.Read(Variables(changes), []);
        Assert.Empty(result.Errors);
        return result;
    }

    private IReadOnlyDictionary<string, string> Variables(string[] changes) => AuthGateway.Tests.Configuration.KubeflowEnvironments.Variables(
    [
        "OIDC_PROVIDER=" + _provider.Issuer, "CLIENT_ID=" + FakeProvider.ClientId, "CLIENT_SECRET=" + FakeProvider.ClientSecret,
        "PUBLIC_URL=https://gw.example.test", "SESSION_STORE_PATH=" + _folder.File("data.db"), .. changes,
    ]);
}
