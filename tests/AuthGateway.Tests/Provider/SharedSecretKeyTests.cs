using System.Text;
using System.Text.Json.Nodes;

namespace AuthGateway.Tests.Provider;

/// <summary>HS256 (<c>OIDC_ALLOW_HS256</c>): the client secret is the key, so a provider needs no key set; a mismatch names both algorithms.</summary>
public class SharedSecretKeyTests
{
    private static readonly Dictionary<string, string> Allowed = new() { ["OIDC_ALLOW_HS256"] = "true", ["CLIENT_SECRET"] = Secret };
    private const string Secret = "a-shared-secret-of-more-than-32-bytes";

    private const string BothCures = "Give the provider a signing key (RS256 or ES256), or set OIDC_ALLOW_HS256=true when it signs this client's ID tokens with CLIENT_SECRET.";

    private static readonly Dictionary<string, Action<FakeProvider>> KeySets = new()
    {
        ["empty"] = provider => provider.EditKeySet = set => set["keys"] = new JsonArray(),
        ["null"] = provider => provider.EditKeySet = set => set["keys"] = null,
        ["nothing"] = provider => provider.Faults["jwks"] = Fault.Answer(200, ""),
        ["an object without keys"] = provider => provider.EditKeySet = set => set.Remove("keys"),
        ["encryption by use"] = provider => provider.EditKeySet = set => set["keys"]![0]!["use"] = "enc",
        ["encryption by alg"] = provider => provider.EditKeySet = set => Without(set, "use")["alg"] = "RSA-OAEP-256",
        ["encryption by key_ops"] = provider => provider.EditKeySet = set => Without(set, "use", "alg")["key_ops"] = new JsonArray("encrypt", "wrapKey"),
        ["404"] = provider => provider.Faults["jwks"] = Fault.Answer(404, "not here"),
        ["410"] = provider => provider.Faults["jwks"] = Fault.Answer(410, "no longer"),
        ["204"] = provider => provider.Faults["jwks"] = Fault.Answer(204, ""),
        ["no jwks_uri"] = provider =>
        {
            var announce = provider.EditDiscovery;
            provider.EditDiscovery = document =>
            {
                announce(document);
                document.Remove("jwks_uri");
            };
        },
    };

    public static TheoryData<string> Names => [.. KeySets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Provider_without_signing_keys_is_enough_when_HS256_is_announced_and_allowed(string keys)
    {
        var provider = await SecretSignerAsync();
        KeySets[keys](provider);
        await using var rig = await GatewayRig.StartAsync(provider: provider, settings: Allowed);

        var browser = await rig.LogInAsync();

        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/app")).Status);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_the_setting_it_is_not_ready_and_the_reason_names_both_cures(string keys)
    {
        var provider = await SecretSignerAsync();
        KeySets[keys](provider);
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await NotReadyAsync(rig, BothCures);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Setting_without_the_announcement_is_told_so(string keys)
    {
        var provider = await SecretSignerAsync();
        var announce = provider.EditDiscovery;
        provider.EditDiscovery = document =>
        {
            announce(document);
            document["id_token_signing_alg_values_supported"] = new JsonArray("RS256");
        };
        KeySets[keys](provider);
        await using var rig = await GatewayRig.StartAsync(provider: provider, settings: Allowed, waitUntilReady: false);

        await NotReadyAsync(rig, "Give the provider a signing key (RS256 or ES256), or let its metadata announce HS256 (id_token_signing_alg_values_supported)");
    }

    [Theory]
    [InlineData("/realms/main", Secret, "The ID token is signed with HS256, but not with CLIENT_SECRET. Keycloak signs HS256 with a key of its own that no client knows; choose RS256 for this client there.")]
    [InlineData("", Secret, "The ID token is signed with HS256, but not with CLIENT_SECRET. Compare CLIENT_SECRET with the provider's, or choose RS256 for this client there.")]
    [InlineData("", "shorter-than-32-bytes", "The ID token is signed with HS256, and CLIENT_SECRET is shorter than the 32 bytes that HS256 demands (RFC 7518 §3.2).")]
    public async Task Signature_with_another_secret_is_told_on_the_page_and_in_the_log(string path, string secret, string sentence)
    {
        var provider = await FakeProvider.StartAsync(basePath: path);
        provider.ClientSecrets = [secret];
        provider.EditIdToken = (header, _) => header["alg"] = "HS256";
        provider.SignIdToken = (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes("a-key-of-the-providers-own-that-nobody-knows"));
        await using var rig = await GatewayRig.StartAsync(provider: provider, settings: new Dictionary<string, string>(Allowed) { ["CLIENT_SECRET"] = secret });

        var (page, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal((400, "id_token_invalid"), (page.Status, page.ErrorCode));
        Assert.Contains(sentence, System.Net.WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Contains("A login failed: id_token_invalid: " + sentence, rig.Log.Text, StringComparison.Ordinal);
    }

    private static async Task NotReadyAsync(GatewayRig rig, string sentence)
    {
        var answer = await rig.ProbeAsync("/readyz");
        await Deadline.UntilAsync(async () => (answer = await rig.ProbeAsync("/readyz")).Text.Contains("OIDC_JWKS_URL", StringComparison.Ordinal), "the reason");
        Assert.Equal(503, answer.Status);
        Assert.Contains(sentence, answer.Text, StringComparison.Ordinal);
    }

    private static async Task<FakeProvider> SecretSignerAsync()
    {
        var provider = await FakeProvider.StartAsync();
        provider.ClientSecrets = [Secret];
        provider.EditDiscovery = document => document["id_token_signing_alg_values_supported"] = new JsonArray("HS256");
        provider.EditIdToken = (header, _) =>
        {
            header["alg"] = "HS256";
            header.Remove("kid");
        };
        provider.SignIdToken = (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(Secret));
        return provider;
    }

    private static JsonObject Without(JsonObject set, params IReadOnlyList<string> names)
    {
        var key = set["keys"]![0]!.AsObject();
        foreach (var name in names)
        {
            key.Remove(name);
        }

        return key;
    }
}
