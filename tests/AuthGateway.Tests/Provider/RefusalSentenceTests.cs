using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Provider;

/// <summary>
/// The shapes of ID token and logout token that the OpenID Foundation's conformance suite sends to a Relying Party (basic login plan, back-channel logout plan): each refusal is a
/// sentence of its own in the log, with what was expected and what came.
/// </summary>
public class RefusalSentenceTests
{
    private static readonly RSA Stranger = RSA.Create(2048);

    private static readonly Dictionary<string, (string Sentence, Action<FakeProvider> Break)> IdTokens = new()
    {
        ["missing sub"] = ("The ID token has no sub claim.", Claims(claims => claims.Remove("sub"))),
        ["missing iat"] = ("The ID token has no iat claim.", Claims(claims => claims.Remove("iat"))),
        ["wrong iss"] = ("The ID token comes from the issuer \"https://evil.example.test\"; expected is \"http://127.0.0.1:", Claims(claims => claims["iss"] = "https://evil.example.test")),
        ["wrong aud"] = ("The ID token is for the audience \"another-client\"; expected is \"kubeflow-oidc-authservice\" (CLIENT_ID).", Claims(claims => claims["aud"] = "another-client")),
        ["wrong nonce"] = ("The nonce of the ID token is not the one of this login: it is \"another\", and must begin with \"", Claims(claims => claims["nonce"] = "another")),
        ["no nonce"] = ("The ID token has no nonce.", Claims(claims => claims.Remove("nonce"))),
        ["wrong signature"] = ("The signature of the ID token does not fit the provider's key \"key-1\".", provider => provider.SignIdToken = (header, claims) => Jwt.SignRs256(header, claims, Stranger)),
        ["alg none"] = ("The ID token is not signed (alg none, signature empty).", provider =>
        {
            provider.EditIdToken = (header, _) => header["alg"] = "none";
            provider.SignIdToken = Jwt.Unsigned;
        }
        ),
        ["kid absent, one key, wrong signature"] = ("The ID token names no key (kid), and its signature does not fit the provider's only key.", provider =>
        {
            provider.EditIdToken = (header, _) => header.Remove("kid");
            provider.SignIdToken = (header, claims) => Jwt.SignRs256(header, claims, Stranger);
        }
        ),
        ["kid absent, two keys, wrong signature"] = ("The ID token names no key (kid), and its signature fits none of the provider's 2 keys.", provider =>
        {
            provider.OlderKeys["key-0"] = RSA.Create(2048);
            provider.EditIdToken = (header, _) => header.Remove("kid");
            provider.SignIdToken = (header, claims) => Jwt.SignRs256(header, claims, Stranger);
        }
        ),
        ["unknown kid"] = ("The ID token is signed with the key \"never-published\", which is not among the 1 keys of the provider's key set", provider => provider.EditIdToken = (header, _) => header["kid"] = "never-published"),
        ["HS256 while off"] = ("The provider signed the ID token with HS256; accepted are RS256 (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256).", provider =>
        {
            provider.EditIdToken = (header, _) => header["alg"] = "HS256";
            provider.SignIdToken = (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(FakeProvider.ClientSecret));
        }
        ),
        ["EdDSA"] = ("The provider signed the ID token with EdDSA; accepted are RS256", provider => provider.EditIdToken = (header, _) => header["alg"] = "EdDSA"),
        ["expired"] = ("The ID token has expired: exp is ", Claims(claims => claims["exp"] = TokenMint.Seconds(-600))),
        ["too old"] = ("The ID token is too old for a login: iat is ", Claims(claims => claims["iat"] = TokenMint.Seconds(-30 * 86400))),
        ["in the future"] = ("The ID token was issued in the future: iat is ", Claims(claims => claims["iat"] = TokenMint.Seconds(600))),
        ["nbf null"] = ("The ID token's nbf claim is null, not a time in seconds.", Claims(claims => claims["nbf"] = null)),
        ["jti number"] = ("The ID token's jti claim is a number, not a text.", Claims(claims => claims["jti"] = 5)),
        ["kid number"] = ("An entry in the header of the ID token has the wrong kind of value.", provider => provider.EditIdToken = (header, _) => header["kid"] = 5),
        ["azp of another client"] = ("The ID token was issued to another client: azp is another-client, expected is kubeflow-oidc-authservice (CLIENT_ID).", Claims(claims => claims["azp"] = "another-client")),
        ["wrong at_hash"] = ("The at_hash of the ID token does not belong to the access token (OIDC Core §3.1.3.6).", Claims(claims => claims["at_hash"] = Jwt.HalfHash("another"))),
        ["userinfo of another sub"] = ("The userinfo answer is about the sub \"sub-victim\"; expected is that of the ID token, \"sub-alice\" (OIDC Core §5.3.2).", provider => provider.EditUserInfo = claims => claims["sub"] = "sub-victim"),
    };

    private static readonly Dictionary<string, (string Sentence, Action<JsonObject, JsonObject> Edit, Func<JsonObject, JsonObject, string>? Sign)> LogoutShapes = new()
    {
        ["alg none"] = ("The logout token is not signed (alg none, signature empty).", (header, _) => header["alg"] = "none", Jwt.Unsigned),
        ["no event"] = ("The logout token has no events claim.", (_, claims) => claims.Remove("events"), null),
        ["with nonce"] = ("The logout token has a nonce", (_, claims) => claims["nonce"] = "n", null),
        ["wrong alg"] = ("The provider signed the logout token with ES256; accepted are RS256 (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256).", (header, _) => header["alg"] = "ES256", null),
        ["wrong aud"] = ("The logout token is for the audience \"another-client\"; expected is \"kubeflow-oidc-authservice\" (CLIENT_ID).", (_, claims) => claims["aud"] = "another-client", null),
        ["wrong event"] = ("The logout token's events claim does not name the event http://schemas.openid.net/event/backchannel-logout.", (_, claims) => claims["events"] = new JsonObject { ["http://example.test/other"] = new JsonObject() }, null),
        ["wrong iss"] = ("The logout token comes from the issuer \"https://evil.example.test\"; expected is \"http://127.0.0.1:", (_, claims) => claims["iss"] = "https://evil.example.test", null),
    };

    // The page says it in general: about somebody else's sub, or of use to nobody.
    private static readonly string[] IsForTheLogAlone = ["wrong nonce", "wrong at_hash", "userinfo of another sub"];

    public static TheoryData<string> IdTokenNames => [.. IdTokens.Keys];

    public static TheoryData<string> LogoutNames => [.. LogoutShapes.Keys];

    [Theory]
    [MemberData(nameof(IdTokenNames))]
    public async Task Refused_login_has_its_own_sentence_in_the_log(string shape)
    {
        var (sentence, breakIt) = IdTokens[shape];
        var provider = await FakeProvider.StartAsync();
        breakIt(provider);
        await using var rig = await GatewayRig.StartAsync(provider: provider);

        var (page, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        Assert.Equal(0, rig.StoredRows());
        var line = Assert.Single(rig.Log.Lines, line => line.Contains("A login failed", StringComparison.Ordinal));
        Assert.Contains(sentence, line, StringComparison.Ordinal);
        Assert.DoesNotContain("SecurityToken", line.Split('\n')[0], StringComparison.Ordinal);
        if (!IsForTheLogAlone.Contains(shape))
        {
            Assert.Contains(sentence, WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("iat", 600, "The ID token was issued in the future: iat is ")]
    [InlineData("exp", -600, "The ID token has expired: exp is ")]
    [InlineData("nbf", 600, "The ID token is not valid yet: nbf is ")]
    public async Task Sentence_about_times_has_both_of_them_in_the_log_and_on_the_page(string claim, int seconds, string beginning)
    {
        var provider = await FakeProvider.StartAsync();
        provider.EditIdToken = (_, claims) => claims[claim] = TokenMint.Seconds(seconds);
        await using var rig = await GatewayRig.StartAsync(provider: provider);

        var (page, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/app");

        const string Time = @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ";
        var sentence = new Regex($"{beginning}({Time}), the gateway's clock says ({Time}), and the clocks may differ by 180 s \\(OIDC_CLOCK_TOLERANCE\\)");
        Assert.Matches(sentence, rig.Log.Text);
        var times = sentence.Match(WebUtility.HtmlDecode(page.Text)).Groups;
        var apart = DateTimeOffset.Parse(times[1].Value, CultureInfo.InvariantCulture) - DateTimeOffset.Parse(times[2].Value, CultureInfo.InvariantCulture);
        Assert.InRange(apart.TotalSeconds, seconds - 20, seconds + 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Absent_kid_is_fine_when_a_published_key_fits(int olderKeys)
    {
        var provider = await FakeProvider.StartAsync();
        for (var i = 0; i < olderKeys; i++)
        {
            provider.OlderKeys[$"older-{i}"] = RSA.Create(2048);
        }

        provider.EditIdToken = (header, _) => header.Remove("kid");
        await using var rig = await GatewayRig.StartAsync(provider: provider);

        await rig.LogInAsync();
    }

    [Theory]
    [MemberData(nameof(LogoutNames))]
    public async Task Refused_logout_token_has_its_own_sentence_in_the_log_and_ends_nothing(string shape)
    {
        var (sentence, edit, sign) = LogoutShapes[shape];
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        var answer = await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1", "sub-alice", edit, sign));

        Assert.Equal(400, answer.Status);
        Assert.Contains("A logout token was refused: " + sentence, rig.Log.Text, StringComparison.Ordinal);
        Assert.Equal(200, await rig.StatusAsync(session));
    }

    [Fact]
    public async Task Good_logout_token_ends_the_session()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");

        Assert.Equal(200, (await rig.SendTokenAsync(LogoutTokens.Make(rig.Provider, "sid-1", "sub-alice"))).Status);
        Assert.Equal(401, await rig.StatusAsync(session));
    }

    private static Action<FakeProvider> Claims(Action<JsonObject> edit) => provider => provider.EditIdToken = (_, claims) => edit(claims);
}
