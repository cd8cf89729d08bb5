using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthGateway.Cli;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;
using AuthGateway.Tests.Cli;

namespace AuthGateway.Tests.Compatibility;

/// <summary>Settings and listeners: C01–C07, C67, C84, C85.</summary>
public class StartCaseTests
{
    [Fact]
    public async Task C01_Stock_environment_with_quoted_port_listens_three_times()
    {
        var server = SettingsReader.Read(StockEnvironment.Of(StockKubeflow.K18), []).Options!.Server;

        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18);

        Assert.Equal((8080, 8081, 8082), (server.Port, server.ProbePort, server.WebPort));
        Assert.Equal(302, (await stock.GetAsync("/")).Status);
        Assert.Equal(200, (await stock.ProbeAsync()).Status);
        Assert.Equal(200, (await stock.WebAsync("GET", "/site/homepage")).Status);
    }

    [Fact]
    public async Task C02_Missing_prefix_is_the_default_and_no_legacy_profile()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "-AUTHSERVICE_URL_PREFIX");

        var first = await stock.GetAsync("/");

        Assert.Contains("redirect_uri=%2Fauthservice%2Foidc%2Fcallback", first.Location, StringComparison.Ordinal);
        Assert.Equal(302, (await stock.GetAsync("/logout")).Status);
    }

    [Fact]
    public async Task C03_Missing_client_id_ends_the_process_by_its_name()
    {
        var run = await CommandRun.OfAsync(StockEnvironment.Of(StockKubeflow.K18, "-CLIENT_ID"), "run");

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains("CLIENT_ID:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C04_Broken_number_ends_the_process_by_name_and_value()
    {
        var run = await CommandRun.OfAsync(StockEnvironment.Of(StockKubeflow.K18, "SESSION_MAX_AGE=abc"), "run");

        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Matches("SESSION_MAX_AGE:.*abc", run.Error);
    }

    [Fact]
    public async Task C05_Other_ports_are_listened_on()
    {
        var (main, probe, web) = (Ports.Free(), Ports.Free(), Ports.Free());

        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18)
        {
            KeepPorts = true,
            Changes = ["SERVER_HOSTNAME=127.0.0.1", $"SERVER_PORT={main}", $"READINESS_PROBE_PORT={probe}", $"WEB_SERVER_PORT={web}"],
        });

        Assert.Equal((main, probe, web), (stock.Server.MainAddress.Port, stock.Server.ProbeAddress.Port, stock.Server.WebAddress.Port));
        Assert.Equal(302, (await stock.GetAsync("/")).Status);
    }

    [Fact]
    public async Task C06_Service_links_of_kubernetes_change_nothing()
    {
        await using var stock = await StockKubeflow.StartAsync(
            StockKubeflow.K18, "AUTHSERVICE_PORT=tcp://10.0.0.1:8080", "AUTHSERVICE_SERVICE_PORT=8080", "AUTHSERVICE_SERVICE_HOST=10.0.0.1", "AUTHSERVICE_PORT_8080_TCP=tcp://10.0.0.1:8080");

        Assert.Equal(302, (await stock.GetAsync("/")).Status);
        Assert.DoesNotContain(stock.Warnings, warning => warning.Contains("AUTHSERVICE_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task C07_Unknown_kind_of_access_token_ends_the_process_unless_it_is_switched_off()
    {
        var run = await CommandRun.OfAsync(StockEnvironment.Of(StockKubeflow.K18, "ACCESS_TOKEN_AUTHN=JWT"), "run");
        Assert.Equal(ExitCode.BrokenSettings, run.ExitCode);
        Assert.Contains("ACCESS_TOKEN_AUTHN:", run.Error, StringComparison.Ordinal);

        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "ACCESS_TOKEN_AUTHN=JWT", "ACCESS_TOKEN_AUTHN_ENABLED=false");
        Assert.Equal(200, (await stock.ProbeAsync()).Status);
    }

    [Fact]
    public async Task C67_Without_a_cluster_it_is_ready_when_tokens_of_kubernetes_are_switched_off()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "KUBERNETES_AUTHN_ENABLED=false");

        Assert.Equal(200, (await stock.ProbeAsync("/readyz")).Status);
    }

    [Fact]
    public async Task C84_Old_bypass_list_opens_nothing_beside_new_names()
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "SKIP_AUTH_URI=/open");

        Assert.Equal(302, (await stock.GetAsync("/open")).Status);
        Assert.Contains(stock.Warnings, warning => warning.StartsWith("SKIP_AUTH_URI:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task C85_Self_signed_provider_works_with_its_bundle_alone()
    {
        using var folder = new TempFolder();
        using var certificate = SelfSigned();
        var bundle = folder.File("ca.pem");
        await File.WriteAllTextAsync(bundle, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using (var without = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Provider = await FakeProvider.StartAsync(certificate: certificate), WaitUntilReady = false }))
        {
            await Deadline.UntilAsync(async () => (await without.ProbeAsync("/readyz")).Text.Contains("https://", StringComparison.Ordinal), () => "the reason\n" + without.Log.Text);
            Assert.Equal(503, (await without.ProbeAsync()).Status);
        }

        var provider = await FakeProvider.StartAsync(certificate: certificate);
        await using var stock = await StockKubeflow.StartAsync(new StockStart(StockKubeflow.K18) { Provider = provider, Changes = ["CA_BUNDLE=" + bundle] });

        Assert.Equal(200, (await stock.WithCookieAsync((await stock.LogInAsync()).Session)).Status);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=idp", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
