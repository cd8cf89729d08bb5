using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Provider;

/// <summary>Metadata and key sets that are odd in part are used in part; those that cannot be used are one sentence, and the last good ones stay.</summary>
public class ProviderDocumentTests
{
    private static readonly Dictionary<string, string> Bearer = new() { ["IDTOKEN_AUTHN_ENABLED"] = "true", ["ACCESS_TOKEN_AUTHN_ENABLED"] = "true", ["AUDIENCES"] = "api", ["ACCESS_TOKEN_AUTHN"] = "jwt" };

    [Theory]
    [InlineData("""{"kty":"RSA","kid":"broken","n":"!!","e":"AQAB","use":"sig"}""", true)]
    [InlineData("""{"kty":"RSA","kid":"broken","n":"","e":""}""", true)]
    [InlineData("""{"kty":"RSA","kid":"broken","e":"AQAB"}""", true)]
    [InlineData("""{"kty":"RSA","kid":"broken","n":"AQAB","e":"AQAB"}""", true)]
    [InlineData("""{"kty":"RSA","kid":"broken","n":7,"e":"AQAB"}""", true)]
    [InlineData("""{"kty":"EC","kid":"broken","crv":"P-256","x":"AAAA","y":"AAAA"}""", true)]
    [InlineData("""{"kty":"EC","kid":"broken","crv":"P-256","x":"!!","y":"AAAA"}""", true)]
    [InlineData("""{"kty":"EC","kid":"broken","crv":"secp256k1","x":"AAAA","y":"AAAA"}""", true)]
    [InlineData("""{"kty":"RSA","kid":"broken","n":"AQAB","e":"AQAB","x5c":["no base64"],"key_ops":"verify"}""", true)]
    [InlineData("""{"kty":7,"kid":["a"]}""", true)]
    [InlineData("\"a text\"", true)]
    [InlineData("null", true)]
    [InlineData("[]", true)]
    [InlineData("""{"kty":"oct","k":"AAAA"}""", false)]
    [InlineData("{}", false)]
    public async Task Key_that_cannot_be_read_is_left_out_and_its_neighbour_counts(string entry, bool isNamed)
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditKeySet = set => set["keys"]!.AsArray().Insert(0, JsonNode.Parse(entry));
        await using var rig = await GatewayRig.StartAsync(provider: provider);

        await rig.LogInAsync();

        Assert.Equal(isNamed, rig.Log.Text.Contains("entries that cannot be read; they are left out: key 1", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> OddValues
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in new[]
            {
                "userinfo_endpoint", "end_session_endpoint", "revocation_endpoint", "introspection_endpoint", "pushed_authorization_request_endpoint", "require_pushed_authorization_requests",
                "authorization_response_iss_parameter_supported", "token_endpoint_auth_methods_supported", "id_token_signing_alg_values_supported", "grant_types_supported", "scopes_supported",
                "access_token_issuer", "unknown_member", "response_types_supported", "request_parameter_supported",
            })
            {
                data.Add(name, "[null,7,\"::\",\"not a url\",\"\",[],[7,null],{},true,1e400,\"client_secret_post\",\"file:///etc/passwd\",\"http://u:p@x/\"]");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(OddValues))]
    public async Task Entry_of_the_metadata_that_is_not_needed_may_be_anything(string name, string values)
    {
        var provider = await FakeProvider.StartAsync();
        await using var rig = await GatewayRig.StartAsync(provider: provider);
        foreach (var value in JsonNode.Parse(values.Replace("1e400", "1e300", StringComparison.Ordinal))!.AsArray())
        {
            provider.EditDiscovery = document => document[name] = value?.DeepClone();

            if (PublishedGateway.Program is not null)
            {
                // Ready is who has read it.
                await rig.RestartAsync();
                continue;
            }

            var metadata = rig.Server.Services.GetRequiredService<ProviderMetadata>();
            Assert.True(await metadata.TryFetchAsync(CancellationToken.None), $"{name} = {value?.ToJsonString()}: {metadata.LastProblem}");
        }
    }

    [Theory]
    [InlineData("token_endpoint", "not a url", "OIDC_TOKEN_URL")]
    [InlineData("token_endpoint", "::", "OIDC_TOKEN_URL")]
    [InlineData("authorization_endpoint", "", "OIDC_AUTH_URL")]
    [InlineData("authorization_endpoint", "http://127.0.0.1:9/authorize#login", "OIDC_AUTH_URL")] // parameters would land in the fragment
    [InlineData("jwks_uri", "::", "OIDC_JWKS_URL")]
    public async Task Entry_that_is_needed_and_cannot_be_read_is_one_sentence_in_the_log_and_in_readyz(string name, string value, string setting)
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document[name] = value;
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(setting, StringComparison.Ordinal), "the reason");
        await Deadline.UntilAsync(() => rig.Log.Text.Contains($"The provider cannot be used yet. {setting}: ", StringComparison.Ordinal), "the log");

        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
        provider.EditDiscovery = _ => { };
        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, "ready once the provider is well");
    }

    [Fact]
    public async Task Null_is_absent_and_one_text_is_a_list_of_one()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document =>
        {
            document["require_pushed_authorization_requests"] = null;
            document["authorization_response_iss_parameter_supported"] = null;
            document["token_endpoint_auth_methods_supported"] = "client_secret_post";
        };
        await using var rig = await GatewayRig.StartAsync(provider: provider);

        await rig.LogInAsync();

        Assert.Contains("client_secret", provider.LastCall("token").Parameters.Keys);
        Assert.DoesNotContain("left out", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("discovery", "text/html; charset=windows-1252")]
    [InlineData("discovery", "text/html; charset=iso-8859-15")]
    [InlineData("discovery", "application/json; charset=utf8")]
    [InlineData("discovery", "application/jwt")]
    [InlineData("jwks", "text/html; charset=windows-1252")]
    [InlineData("jwks", "text/html; charset=iso-8859-15")]
    [InlineData("jwks", "text/html; charset=utf8")]
    [InlineData("jwks", "application/jwt")]
    public async Task Maintenance_page_in_any_charset_leaves_a_healthy_gateway_healthy(string endpoint, string contentType)
    {
        await using var rig = await GatewayRig.StartAsync(settings: Bearer);
        var browser = await rig.LogInAsync();
        rig.Provider.Faults[endpoint] = Page(contentType);
        var metadata = rig.Server.Services.GetRequiredService<ProviderMetadata>();

        Assert.False(await metadata.TryFetchAsync(CancellationToken.None));
        var strangers = await rig.SendAsync("GET", "/app", "Authorization: Bearer " + rig.Provider.Sign(rig.Provider.Claims(TokenMint.Api, null), type: "at+jwt", kid: "never-seen"));

        Assert.Equal(401, strangers.Status);
        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/app")).Status);
        var ready = await rig.ProbeAsync("/readyz");
        Assert.Equal(200, ready.Status);
        Assert.Contains("what was read last stays in use. OIDC_", ready.Text, StringComparison.Ordinal);
        Assert.Matches("^OIDC_(PROVIDER|JWKS_URL): .* answered with no JSON", metadata.LastProblem);
        await rig.LogInAsync(ProviderUser.Bob);
    }

    [Theory]
    [InlineData("discovery", "text/html; charset=windows-1252")]
    [InlineData("jwks", "application/json; charset=iso-8859-15")]
    [InlineData("jwks", "application/jwt")]
    public async Task Maintenance_page_at_the_start_is_not_ready_until_it_is_over(string endpoint, string contentType)
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults[endpoint] = Page(contentType);
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("answered with no JSON", StringComparison.Ordinal), "the reason");
        provider.Faults.Clear();

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Status == 200, "ready");
    }

    [Fact]
    public async Task Sound_JSON_is_read_as_UTF_8_whatever_charset_it_claims()
    {
        var provider = await FakeProvider.StartAsync();
        foreach (var endpoint in new[] { "discovery", "jwks", "token", "userinfo" })
        {
            provider.Faults[endpoint] = context =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.ContentType = "application/json; charset=windows-1252";
                    return Task.CompletedTask;
                });
                return Task.FromResult(false);
            };
        }

        await using var rig = await GatewayRig.StartAsync(provider: provider);

        await rig.LogInAsync();
    }

    [Fact]
    public async Task Document_over_the_limit_is_named_as_that()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Endless;
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("more than 1024 KiB", StringComparison.Ordinal), "the reason");
    }

    [Fact]
    public async Task Redirect_within_the_origin_is_followed()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = context =>
        {
            if (context.Request.Query.ContainsKey("moved"))
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = 301;
            context.Response.Headers.Location = "/.well-known/openid-configuration?moved";
            return Task.FromResult(true);
        };

        await using var rig = await GatewayRig.StartAsync(provider: provider);

        await rig.LogInAsync();
    }

    [Fact]
    public async Task Redirect_to_another_origin_is_named_and_not_followed()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Redirect("https://elsewhere.example.test/realm", 301);
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await Deadline.UntilAsync(
            async () => (await rig.ProbeAsync("/readyz")).Text is var text && text.Contains("answered 301", StringComparison.Ordinal) && text.Contains("https://elsewhere.example.test/realm", StringComparison.Ordinal),
            "the address it points to");
    }

    [Fact]
    public async Task Issuer_pattern_of_Entra_is_refused_with_the_address_to_set()
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditDiscovery = document => document["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0";
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("https://login.microsoftonline.com/TENANT-ID/v2.0", StringComparison.Ordinal), "the cure");
    }

    private static Func<HttpContext, Task<bool>> Page(string contentType) => async context =>
    {
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes("<html><body>Wartung, sp\u00e4ter \u00fcbrigens wieder da</body></html>"));
        return true;
    };
}
