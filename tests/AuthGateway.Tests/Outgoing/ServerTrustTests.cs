using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Tests.Outgoing;

/// <summary>Which provider is believed, and what is said of one that is not (P9, P10).</summary>
public sealed class ServerTrustTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("root and intermediate")]
    [InlineData("intermediate")]
    [InlineData("server")]
    public async Task P9_what_the_operator_gave_is_trusted(string given)
    {
        var authority = new TestAuthority();
        var server = authority.Server();
        await using var provider = await FakeProvider.StartAsync(certificate: server);
        X509Certificate2[] bundle = given switch
        {
            "root and intermediate" => [authority.Root, authority.Issuing],
            "intermediate" => [authority.Issuing],
            _ => [server],
        };

        await using var rig = await GatewayRig.StartAsync(settings: Bundle(bundle), provider: provider);

        Assert.Equal(200, (await rig.ProbeAsync("/readyz")).Status);
    }

    [Theory]
    [InlineData("unknown authority", "its certificate comes from an authority that is not known here (CN=Test Issuing); set CA_BUNDLE to a file with that authority's certificate in PEM form")]
    [InlineData("another authority", "its certificate comes from an authority that is not known here (CN=Test Issuing); CA_BUNDLE does not hold it: add that authority's certificate in PEM form")]
    [InlineData("another authority of the same name", "its certificate names an authority of CA_BUNDLE (CN=Test Issuing) and is not signed with its key; add the authority's present certificate")]
    [InlineData("wrong host name", "its certificate is for other names (idp.corp.example), not for 127.0.0.1; write the address with a name of the certificate, or give the server one for this name")]
    [InlineData("wrong host name, the server's own certificate trusted", "its certificate is for other names (idp.corp.example), not for 127.0.0.1")]
    [InlineData("expired", "its certificate is not valid now")]
    [InlineData("expired, the server's own certificate trusted", "its certificate is not valid now")]
    [InlineData("not yet valid", "renew it there, or correct this machine's clock")]
    public async Task P10_each_kind_of_certificate_trouble_has_its_own_sentence_and_next_step(string kind, string sentence)
    {
        var authority = new TestAuthority();
        var server = kind switch
        {
            _ when kind.StartsWith("wrong", StringComparison.Ordinal) => authority.Server("idp.corp.example"),
            _ when kind.StartsWith("expired", StringComparison.Ordinal) => authority.Server(daysFrom: -3, daysTo: -1),
            "not yet valid" => authority.Server(daysFrom: 1, daysTo: 3),
            _ => authority.Server(),
        };
        await using var provider = await FakeProvider.StartAsync(certificate: server);
        var settings = kind switch
        {
            "unknown authority" => new Dictionary<string, string>(),
            "another authority" => Bundle(new TestAuthority("Other").Root),
            "another authority of the same name" => Bundle(new TestAuthority().Issuing, new TestAuthority().Root),
            _ when kind.Contains("own certificate", StringComparison.Ordinal) => Bundle(server),
            _ => Bundle(authority.Root, authority.Issuing),
        };

        await AssertSaysAsync(provider, settings, sentence);
    }

    [Fact]
    public async Task P10_a_server_without_TLS_has_its_own_sentence()
    {
        await using var provider = await FakeProvider.StartAsync();

        await AssertSaysAsync(provider, new() { ["OIDC_PROVIDER"] = provider.Issuer.Replace("http:", "https:", StringComparison.Ordinal) }, "does not speak TLS on this port; write http://");
    }

    [Fact]
    public async Task P9_a_bundle_that_is_replaced_on_disk_counts_without_a_restart()
    {
        var authority = new TestAuthority();
        await using var provider = await FakeProvider.StartAsync(certificate: authority.Server());
        var settings = Bundle(new TestAuthority("Other").Root);
        await using var rig = await GatewayRig.StartAsync(settings: settings, provider: provider, waitUntilReady: false);
        await Deadline.UntilAsync(() => rig.Log.Text.Contains("not known here", StringComparison.Ordinal), "the refusal");

        Bundle(authority.Root, authority.Issuing);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, "ready", seconds: 20);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task AssertSaysAsync(FakeProvider provider, Dictionary<string, string> settings, string sentence)
    {
        await using var rig = await GatewayRig.StartAsync(settings: settings, provider: provider, waitUntilReady: false);
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(sentence, StringComparison.Ordinal), sentence + "\n" + rig.Log.Text);
        await Deadline.UntilAsync(() => rig.Log.Text.Contains(sentence, StringComparison.Ordinal), "the line in the log");
    }

    private Dictionary<string, string> Bundle(params X509Certificate2[] certificates)
    {
        var file = _folder.File("ca.pem");
        File.WriteAllText(file, string.Join('\n', certificates.Select(certificate => certificate.ExportCertificatePem())));
        return new() { ["CA_BUNDLE"] = file };
    }
}
