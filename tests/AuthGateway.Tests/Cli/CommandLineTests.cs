using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AuthGateway.Cli;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Tests.Configuration;

namespace AuthGateway.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("run")]
    public async Task Broken_settings_end_with_2_and_all_errors_at_once(params string[] arguments)
    {
        var environment = KubeflowEnvironments.Of("1.8", "CLIENT_SECRET=hunter2", "CLIENT_ID=", "SESSION_MAX_AGE=abc", "SERVER_PORT=99999");

        var run = await CommandRun.OfAsync(environment, arguments);

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.All(["CLIENT_ID:", "SESSION_MAX_AGE:", "SERVER_PORT:"], name => Assert.Contains('\n' + name, '\n' + run.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A6_taken_probe_port_is_blamed_on_its_own_setting_also_where_others_are_taken_on_another_address()
    {
        using var beside = new TcpListener(IPAddress.Parse("127.0.0.5"), 0);
        using var taken = new TcpListener(IPAddress.Any, 0);
        beside.Start();
        taken.Start();
        var (main, probe) = (((IPEndPoint)beside.LocalEndpoint).Port, ((IPEndPoint)taken.LocalEndpoint).Port);
        var environment = KubeflowEnvironments.Of("1.8", "CLIENT_SECRET=hunter2", $"STORE_PATH={_folder.File("s.db")}", "SERVER_HOSTNAME=127.0.0.1", $"SERVER_PORT={main}", $"READINESS_PROBE_PORT={probe}", "WEB_SERVER_PORT=0");

        var run = await CommandRun.OfAsync(environment);

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains($"READINESS_PROBE_PORT: port {probe} is taken by another process", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taken_port_is_one_sentence_with_its_setting()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var environment = KubeflowEnvironments.Of("1.8", "CLIENT_SECRET=hunter2", $"STORE_PATH={_folder.File("s.db")}", "SERVER_PORT=0", "READINESS_PROBE_PORT=0", $"WEB_SERVER_PORT={port}");

        var run = await CommandRun.OfAsync(environment);

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains($"WEB_SERVER_PORT: port {port} is taken by another process", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("[]", "cannot be read")]
    [InlineData("""{"Routes":{"app":{"ClusterId":"app","AuthorizationPolicy":"anonymous","Match":{"Path":"/x"}}},"Clusters":{"app":{}}}""", "AuthorizationPolicy of route 'app' is not served")]
    [InlineData("""{"Routes":{"app":{"ClusterId":"app","CorsPolicy":"disable","Match":{"Path":"/x"}}},"Clusters":{"app":{}}}""", "CorsPolicy of route 'app' is not served")]
    [InlineData("""{"Routes":{"app":{"ClusterId":"app","Match":{"Path":"{**all"}}},"Clusters":{"app":{}}}""", "Invalid path '{**all' for route 'app'")]
    [InlineData("""{"Routes":{"app":{"ClusterId":"app","Order":"first","Match":{"Path":"/x"}}},"Clusters":{"app":{}}}""", "'first'")]
    public async Task Routes_that_cannot_be_served_are_said_with_their_file(string routes, string problem)
    {
        var path = _folder.File("routes.json");
        await File.WriteAllTextAsync(path, routes, TestContext.Current.CancellationToken);
        var environment = KubeflowEnvironments.Of(
            "1.8", "CLIENT_SECRET=hunter2", $"STORE_PATH={_folder.File("s.db")}", "SERVER_PORT=0", "READINESS_PROBE_PORT=0", "WEB_SERVER_PORT=0", $"ROUTES_FILE={path}");

        var run = await CommandRun.OfAsync(environment);

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        var line = Assert.Single(run.Error.Split('\n'), line => line.StartsWith($"ROUTES_FILE: {path}", StringComparison.Ordinal));
        Assert.Contains(problem, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--env-fil", "x")]
    [InlineData("check", "--jso")]
    [InlineData("sessions")]
    [InlineData("sessions", "end", "--id")]
    [InlineData("explain")]
    public async Task Command_line_that_is_not_understood_ends_with_2(params string[] arguments) =>
        Assert.Equal(ExitCode.BrokenSettings, (await CommandRun.OfAsync(new Dictionary<string, string>(), arguments)).ExitCode);

    [Fact]
    public async Task Sessions_of_a_file_that_is_not_there_says_so()
    {
        var path = _folder.File("absent.db");

        var run = await CommandRun.OfAsync(KubeflowEnvironments.Of("1.8", "CLIENT_SECRET=hunter2", "SESSION_STORE_PATH=" + path), "sessions", "list");

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.StartsWith($"SESSION_STORE_PATH {path} is not there", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Missing_env_file_is_an_error_beside_the_others()
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), "--env-file", _folder.File("absent.env"));

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains("--env-file: cannot read " + _folder.File("absent.env"), run.Error, StringComparison.Ordinal);
        Assert.Contains("OIDC_PROVIDER:", run.Error, StringComparison.Ordinal);
    }

    /// <summary>One list of warnings: what the start prints, <c>check</c> lists, and the other way round.</summary>
    [Theory]
    [InlineData]
    [InlineData("FORWARD_ID_TOKEN=true", "SESSION_COOKIE_HTTPONLY=false", "SESSION_COOKIE_NAME=__Host-s", "SKIP_AUTH_URI=/x")]
    [InlineData("REDIRECT_URL=/authservice/oidc/callback", "SESSION_SAME_SITE=None", "OIDC_SCOPE=openid", "OAUTH2_PROXY_PROVIDER=oidc")]
    [InlineData("UPSTREAM_URL=http://127.0.0.1:1", "PUBLIC_URL=https://apps.example.com", "SESSION_COOKIE_SECURE=false", "SESSION_COOKIE_DOMAIN=example.org")]
    public async Task What_the_start_warns_of_is_a_finding_of_check(params string[] changes)
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        // The taken port ends the start after its warnings.
        var environment = KubeflowEnvironments.Of(
            "1.8", ["CLIENT_SECRET=hunter2", $"STORE_PATH={_folder.File("s.db")}", "SERVER_PORT=0", "READINESS_PROBE_PORT=0", $"WEB_SERVER_PORT={port}", .. changes]);

        var start = await CommandRun.OfAsync(environment);
        var check = await CommandRun.OfAsync(environment, "check", "--json");

        var warned = start.Error.Split('\n').Where(line => line.StartsWith("warning: ", StringComparison.Ordinal) || line.StartsWith("note: ", StringComparison.Ordinal));
        using var report = JsonDocument.Parse(check.Output);
        var found = report.RootElement.GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("area").GetString() == "settings")
            .Select(finding => (finding.GetProperty("level").GetString() == "hint" ? "note: " : "warning: ") + finding.GetProperty("problem").GetString());
        Assert.Equal(warned, found);
        Assert.NotEmpty(warned);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task Folder_in_place_of_an_env_file_is_called_a_folder(string command)
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), command, "--env-file", _folder.Path);

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains($"--env-file: {_folder.Path} is a folder", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("denied", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Equal(command == "check", run.Output.Contains("next: Correct the option --env-file.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run", "--oauth2-proxy-config")]
    [InlineData("run", "--config")]
    [InlineData("check", "--oauth2-proxy-config")]
    public async Task File_of_oauth2_proxy_is_read_and_what_it_cannot_keep_ends_the_start(string command, string option)
    {
        File.WriteAllText(_folder.File("x.cfg"), "oidc_issuer_url = \"https://idp.example.com\"\nclient_id = \"apps\"\nclient_secret = \"hunter2\"\nemail_domains = \"*\"\nallowed_roles = \"admin\"\n");

        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), command, option, _folder.File("x.cfg"));

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains("allowed_roles: restricts who may pass", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CLIENT_ID: ", run.Output + run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_in_place_of_a_certificate_is_called_a_folder()
    {
        var run = await CommandRun.OfAsync(KubeflowEnvironments.Of("1.8", "CLIENT_SECRET=hunter2", "TLS_CERT_FILE=" + _folder.Path, "TLS_KEY_FILE=" + _folder.Path));

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains($"TLS_CERT_FILE: {_folder.Path} is a folder, not a file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_broken_settings_is_json_with_a_next_step_each_and_ends_with_2()
    {
        File.WriteAllText(_folder.File("x.env"), "OIDC_PROVIDR=https://idp.example.com\nCLIENT_SECRET=hunter2\nSELF_URL=x\nOAUTH2_PROXY_SCOPE=hunter2\n");

        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), "check", "--env-file", _folder.File("x.env"), "--json");

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(2, json.RootElement.GetProperty("exitCode").GetInt32());
        var findings = json.RootElement.GetProperty("findings").EnumerateArray().ToList();
        Assert.All(findings, finding => Assert.NotEmpty(finding.GetProperty("nextStep").GetString()!));
        Assert.Contains(findings, finding => finding.GetProperty("nextStep").GetString() == "Rename OIDC_PROVIDR to OIDC_PROVIDER.");
        Assert.Contains(findings, finding => finding.GetProperty("nextStep").GetString() == "Remove SELF_URL; use PUBLIC_URL.");
        Assert.Contains(findings, finding => finding.GetProperty("nextStep").GetString()!.Contains("docs/migration-from-oauth2-proxy.md", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.GetProperty("problem").GetString()!.StartsWith("CLIENT_ID:", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_an_unreachable_provider_ends_with_1_and_shows_no_secret()
    {
        var environment = KubeflowEnvironments.Of("1.8", "OIDC_PROVIDER=http://127.0.0.1:1/dex", "CLIENT_SECRET=hunter2", "SESSION_STORE_PATH=" + _folder.File("data.db"));

        var run = await CommandRun.OfAsync(environment, "check");

        Assert.Equal(ExitCode.Findings, run.ExitCode);
        Assert.Contains("provider: OIDC_PROVIDER: http://127.0.0.1:1/dex/.well-known/openid-configuration cannot be reached", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("store: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_prints_every_name_and_nothing_of_the_environment()
    {
        var run = await CommandRun.OfAsync(KubeflowEnvironments.Of("1.8", "CLIENT_SECRET=hunter2"), "settings");

        Assert.Equal(ExitCode.Fine, run.ExitCode);
        Assert.All(AuthGateway.Configuration.Catalogue.SettingCatalogue.All, setting => Assert.Contains("\n  " + setting.Name + "  ", run.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", run.Output, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }
}
