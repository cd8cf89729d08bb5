using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Tests.Authentication;
using AuthGateway.Tests.Refresh;

namespace AuthGateway.Tests.Provider;

/// <summary>What is refused outside of a login (at a refresh, as a bearer token, under strict validation) has the same sentences in the log; its sender reads nothing of them.</summary>
public class RefusedTokenLogTests
{
    private static readonly Dictionary<string, (string Sentence, Action<FakeProvider> Break)> Refreshed = new()
    {
        ["ES256"] = ("id_token_invalid: The provider signed the ID token with ES256; accepted are RS256 (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256).", Header("alg", "ES256")),
        ["HS256"] = ("id_token_invalid: The provider signed the ID token with HS256; accepted are RS256 (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256).", provider =>
        {
            Header("alg", "HS256")(provider);
            provider.SignIdToken = (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(FakeProvider.ClientSecret));
        }
        ),
        ["unknown kid"] = ("id_token_invalid: The ID token is signed with the key \"gone\", which is not among the 1 keys", Header("kid", "gone")),
        ["wrong iss"] = ("id_token_invalid: The ID token comes from the issuer \"https://evil.example.test\"; expected is \"http://127.0.0.1:", Claim("iss", "https://evil.example.test")),
        ["wrong aud"] = ("id_token_invalid: The ID token is for the audience \"another-client\"; expected is \"kubeflow-oidc-authservice\" (CLIENT_ID).", Claim("aud", "another-client")),
        ["another sub"] = ("subject_changed (The new ID token's sub is \"sub-mallory\"; expected is that of the login, \"sub-alice\" (OIDC Core §12.2).)", Claim("sub", "sub-mallory")),
        ["another nonce"] = ("nonce_changed (The new ID token's nonce is \"another\", not that of the login (OIDC Core §12.2).)", Claim("nonce", "another")),
        ["userinfo of another sub"] = ("userinfo_subject_mismatch: The userinfo answer is about the sub \"sub-mallory\"; expected is that of the ID token, \"sub-alice\" (OIDC Core §5.3.2).", UserInfo("\"sub-mallory\"")),
        ["userinfo without sub"] = ("userinfo_failed: The userinfo answer has no sub claim, which OIDC Core §5.3.2 demands.", UserInfo(null)),
        ["userinfo with null"] = ("userinfo_failed: The userinfo answer's sub claim is null, not a text (OIDC Core §5.3.2).", UserInfo("null")),
        ["userinfo with an empty sub"] = ("userinfo_failed: The userinfo answer's sub claim is empty, not a text (OIDC Core §5.3.2).", UserInfo("\"\"")),
        ["userinfo with a number"] = ("userinfo_failed: The userinfo answer's sub claim is a number, not a text (OIDC Core §5.3.2).", UserInfo("7")),
        ["userinfo 500"] = ("userinfo_failed: The userinfo endpoint answered 500.", provider => provider.Faults["userinfo"] = Fault.Answer(500, "")),
        ["userinfo is a list"] = ("userinfo_failed: The userinfo answer is no JSON object.", provider => provider.Faults["userinfo"] = Fault.Answer(200, "[1]")),
        ["userinfo is unsigned"] = ("userinfo_failed: The userinfo answer is not signed (alg none, signature empty).", provider =>
            provider.Faults["userinfo"] = Fault.Answer(200, Jwt.Unsigned(new JsonObject { ["alg"] = "none" }, ProviderUser.Alice.Claims()), "application/jwt")),
    };

    private static readonly Dictionary<string, (string Sentence, Func<FakeProvider, string> Token)> Bearers = new()
    {
        ["ES256"] = ("The provider signed the ID token with ES256; accepted are RS256 (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256).", provider => Signed(provider, "ES256", null)),
        ["HS256"] = ("The provider signed the ID token with HS256; accepted are RS256 (OIDC_SIGNING_ALGS, OIDC_ALLOW_HS256).", provider => Signed(provider, "HS256", null)),
        ["unknown kid"] = ("The ID token is signed with the key \"gone\", which is not among the 1 keys", provider => Signed(provider, "RS256", "gone")),
        ["issued in the future"] = ("The ID token was issued in the future: iat is ", provider => provider.IdToken(claims => claims["iat"] = TokenMint.Seconds(600))),
        ["ID token for others"] = ("The ID token is for the audience \"other\"; expected is \"kubeflow-oidc-authservice\" (CLIENT_ID).", provider => provider.IdToken(claims => (claims["aud"], claims["typ"]) = ("other", "ID"))),
        ["access token for others"] = ("The access token is for the audience \"other\"; expected is \"istio-ingressgateway.istio-system.svc.cluster.local\" or \"kubeflow-oidc-authservice\" (AUDIENCES, CLIENT_ID).", provider => provider.AccessToken(claims => claims["aud"] = "other")),
        ["another issuer"] = ("The token comes from the issuer \"https://evil.example.test\"; expected is \"http://127.0.0.1:", provider => provider.IdToken(claims => claims["iss"] = "https://evil.example.test")),
        ["our issuer with a slash"] = ("/\"; expected is \"http://127.0.0.1:", provider => provider.IdToken(claims => claims["iss"] = provider.Issuer + "/")),
        ["an issuer that forges a line"] = ("The token comes from the issuer \"x?warn: A login of root\"; expected is ", provider => provider.IdToken(claims => claims["iss"] = "x\nwarn: A login of root")),
    };

    public static TheoryData<string> RefreshNames => [.. Refreshed.Keys];

    public static TheoryData<string> BearerNames => [.. Bearers.Keys];

    [Theory]
    [MemberData(nameof(RefreshNames))]
    public async Task Refused_refresh_says_what_was_expected_and_what_came(string shape)
    {
        var (sentence, breakIt) = Refreshed[shape];
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        breakIt(rig.Provider);

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));

        await rig.LoggedAsync(sentence);
        Assert.DoesNotContain("Exception", string.Join('\n', rig.Gateway.Log.Lines.Where(line => line.Contains("refresh", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.All(rig.Provider.Secrets, secret => Assert.DoesNotContain(secret, rig.Gateway.Log.Text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BearerNames))]
    public async Task Refused_bearer_token_says_so_in_the_log_and_its_sender_reads_a_fixed_sentence(string shape)
    {
        var (sentence, token) = Bearers[shape];
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/app", "Accept: application/json", "Authorization: Bearer " + token(rig.Provider));

        Assert.Equal(401, answer.Status);
        var line = Assert.Single(rig.Log.Lines, line => line.Contains("A bearer token was refused: ", StringComparison.Ordinal));
        Assert.Contains(sentence, line, StringComparison.Ordinal);
        var challenge = answer.Header("WWW-Authenticate")!;
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", challenge + answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Provider.Issuer, challenge, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "The userinfo answer has no sub claim")]
    [InlineData("7", "The userinfo answer's sub claim is a number, not a text")]
    [InlineData("\"sub-mallory\"", "The userinfo answer is about the sub \"sub-mallory\"; expected is that of the ID token, \"sub-alice\"")]
    public async Task Strict_validation_says_once_why_it_confirms_nobody(string? sub, string sentence)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["STRICT_SESSION_VALIDATION"] = "true" });
        var session = rig.SessionOf(await rig.LogInAsync());
        UserInfo(sub)(rig.Provider);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(503, (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status);
        }

        var line = Assert.Single(rig.Log.Lines, line => line.Contains("could not be confirmed (STRICT_SESSION_VALIDATION)", StringComparison.Ordinal));
        Assert.Contains(sentence, line, StringComparison.Ordinal);
    }

    private static Action<FakeProvider> Header(string name, string value) => provider => provider.EditIdToken = (header, _) => header[name] = value;

    private static Action<FakeProvider> Claim(string name, string value) => provider => provider.EditIdToken = (_, claims) => claims[name] = value;

    private static Action<FakeProvider> UserInfo(string? sub) => provider => provider.EditUserInfo = claims =>
    {
        claims.Remove("sub");
        if (sub is not null)
        {
            claims["sub"] = JsonNode.Parse(sub);
        }
    };

    private static string Signed(FakeProvider provider, string algorithm, string? kid)
    {
        var header = provider.Header();
        header["alg"] = algorithm;
        header["kid"] = kid ?? provider.KeyId;
        var claims = provider.Claims(FakeProvider.ClientId, null);
        return algorithm == "HS256" ? Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(FakeProvider.ClientSecret)) : Jwt.SignRs256(header, claims, provider.Key);
    }
}
