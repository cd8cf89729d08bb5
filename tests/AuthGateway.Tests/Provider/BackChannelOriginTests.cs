namespace AuthGateway.Tests.Provider;

/// <summary>A provider with a public issuer that is read by its in-cluster name (Dex): <c>OIDC_BACKCHANNEL_ORIGIN</c>.</summary>
public class BackChannelOriginTests
{
    // Nothing listens there, as nothing does at a public name seen from inside.
    private const string PublicIssuer = "http://127.0.0.1:9";

    [Fact]
    public async Task Endpoints_on_the_issuers_origin_are_called_at_the_origin_that_is_set()
    {
        var provider = await PublicProviderAsync();
        await using var rig = await GatewayRig.StartAsync(provider: provider, settings: new Dictionary<string, string>
        {
            ["OIDC_ISSUER"] = PublicIssuer,
            ["OIDC_BACKCHANNEL_ORIGIN"] = provider.Issuer,
            ["OIDC_AUTH_URL"] = provider.Issuer + "/authorize",
        });

        var browser = await rig.LogInAsync();

        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/app")).Status);
        Assert.Equal((1, 1), (provider.Count("token"), provider.Count("userinfo")));

        // What a logout gives back goes there too.
        await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + rig.SessionOf(browser), "Content-Length: 0");
        await Deadline.UntilAsync(() => provider.Count("revoke") > 0, () => "the revocation\n" + rig.Log.Text);
    }

    [Fact]
    public async Task Without_it_the_reason_names_the_setting_and_its_value()
    {
        var provider = await PublicProviderAsync();
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false, settings: new Dictionary<string, string> { ["OIDC_ISSUER"] = PublicIssuer });

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("OIDC_BACKCHANNEL_ORIGIN=" + provider.Issuer, StringComparison.Ordinal), "the cure");
    }

    private static async Task<FakeProvider> PublicProviderAsync()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document =>
        {
            foreach (var (name, value) in document.ToList())
            {
                if (value is not null && value.GetValueKind() == System.Text.Json.JsonValueKind.String)
                {
                    document[name] = value.GetValue<string>().Replace(provider.Issuer, PublicIssuer, StringComparison.Ordinal);
                }
            }
        };
        provider.EditIdToken = (_, claims) => claims["iss"] = PublicIssuer;
        provider.EditCallback = pairs => pairs[pairs.FindIndex(pair => pair.Key == "iss")] = new("iss", PublicIssuer);
        return provider;
    }
}
