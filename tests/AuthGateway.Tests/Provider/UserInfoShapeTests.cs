using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Configuration;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Provider;

/// <summary>Userinfo switched off, signed, and without a usable <c>sub</c>.</summary>
public class UserInfoShapeTests
{
    private static readonly RSA Stranger = RSA.Create(2048);

    [Fact]
    public async Task Userinfo_that_is_switched_off_is_never_asked()
    {
        var provider = await FakeProvider.StartAsync();
        provider.Faults["userinfo"] = Fault.Answer(401, "");
        await using var rig = await GatewayRig.StartAsync(provider: provider, settings: new Dictionary<string, string> { ["OIDC_USERINFO_URL"] = "none" });

        var browser = await rig.LogInAsync();

        Assert.Equal(200, (await browser.GetAsync(rig.PublicUrl + "/app")).Status);
        Assert.Equal(0, provider.Count("userinfo"));
    }

    [Fact]
    public void Strict_validation_without_userinfo_is_refused_at_start()
    {
        var result = SettingsReader.Read(new Dictionary<string, string> { ["OIDC_PROVIDER"] = "https://idp.example.test", ["CLIENT_ID"] = "c", ["CLIENT_SECRET"] = "s", ["OIDC_USERINFO_URL"] = "none", ["STRICT_SESSION_VALIDATION"] = "true" }, []);

        Assert.Contains(result.Errors, error => error.StartsWith("STRICT_SESSION_VALIDATION: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("good", true)]
    [InlineData("without iss, aud and exp", true)]
    [InlineData("another audience", false)]
    [InlineData("another issuer", false)]
    [InlineData("a stranger's signature", false)]
    [InlineData("alg none", false)]
    public async Task Signed_userinfo_is_verified_like_an_ID_token(string shape, bool isAccepted)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.Faults["userinfo"] = Fault.Answer(200, Signed(rig.Provider, shape), "application/jwt");

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(isAccepted ? 1 : 0, rig.StoredRows());
        Assert.Equal(isAccepted ? null : "userinfo_failed", isAccepted ? null : answer.ErrorCode);
        if (!isAccepted)
        {
            Assert.Contains("userinfo answer", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("text/json")]
    [InlineData("text/plain; charset=iso-8859-1")]
    [InlineData("application/scim+json")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task Sound_JSON_counts_whatever_type_its_header_names(string? type)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.Faults["userinfo"] = async context =>
        {
            context.Response.ContentType = type;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(ProviderUser.Alice.Claims().ToJsonString()));
            return true;
        };

        await rig.LogInAsync();
    }

    [Theory]
    [InlineData("text/html", "<html>not here</html>")]
    [InlineData("text/plain", "{")]
    [InlineData("application/xml", "<x/>")]
    public async Task Other_answer_of_userinfo_is_blamed_on_userinfo(string type, string body)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.Faults["userinfo"] = Fault.Answer(200, body, type);

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal((502, "userinfo_failed"), (answer.Status, answer.ErrorCode));
        Assert.Contains("OIDC_USERINFO_URL", answer.Text, StringComparison.Ordinal);
        Assert.Contains("/userinfo answered 200; that is no usable answer of the userinfo endpoint (OIDC_USERINFO_URL).", rig.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent", "has no sub claim")]
    [InlineData("null", "sub claim is null")]
    [InlineData("\"\"", "sub claim is empty")]
    [InlineData("7", "sub claim is a number")]
    [InlineData("[\"sub-alice\"]", "sub claim is a list")]
    public async Task Userinfo_without_a_usable_sub_is_called_that_and_not_somebody_elses(string sub, string sentence)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Provider.EditUserInfo = claims =>
        {
            claims.Remove("sub");
            if (sub != "absent")
            {
                claims["sub"] = JsonNode.Parse(sub);
            }
        };

        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal("userinfo_failed", answer.ErrorCode);
        Assert.Contains(sentence, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody else", answer.Text, StringComparison.Ordinal);
    }

    private static string Signed(FakeProvider provider, string shape)
    {
        var header = new JsonObject { ["alg"] = shape == "alg none" ? "none" : "RS256", ["kid"] = provider.KeyId };
        var claims = ProviderUser.Alice.Claims();
        if (shape != "without iss, aud and exp")
        {
            claims["iss"] = shape == "another issuer" ? "https://evil.example.test" : provider.Issuer;
            claims["aud"] = shape == "another audience" ? "another-client" : FakeProvider.ClientId;
            claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
        }

        return shape switch
        {
            "alg none" => Jwt.Unsigned(header, claims),
            "a stranger's signature" => Jwt.SignRs256(header, claims, Stranger),
            _ => Jwt.SignRs256(header, claims, provider.Key),
        };
    }
}
