using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthGateway.Tests.BackChannel;

/// <summary>One broken token for each rule of OIDC Back-Channel Logout 1.0 §2.6: 400, and the session lives.</summary>
public class LogoutTokenRuleTests
{
    private static readonly RSA Stranger = RSA.Create(2048);

    private static readonly Dictionary<string, Func<FakeProvider, string>> Broken = new()
    {
        ["no token at all"] = _ => "garbage",
        ["five parts"] = _ => "a.b.c.d.e",
        ["twenty thousand dots"] = _ => new string('.', 20_000),
        ["alg none"] = provider => Make(provider, (header, _) => header["alg"] = "none", Jwt.Unsigned),
        ["signature cut off"] = provider => Make(provider).Split('.') is var parts ? $"{parts[0]}.{parts[1]}." : "",
        ["HS256 with the client secret"] = provider => Make(provider, (header, _) => header["alg"] = "HS256", (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(FakeProvider.ClientSecret))),
        ["HS256 with the public key"] = provider => Make(provider, (header, _) => header["alg"] = "HS256", (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(provider.Key.ExportSubjectPublicKeyInfoPem()))),
        ["signed by a stranger"] = provider => Make(provider, sign: (header, claims) => Jwt.SignRs256(header, claims, Stranger)),
        ["signed by a stranger without kid"] = provider => Make(provider, (header, _) => header.Remove("kid"), (header, claims) => Jwt.SignRs256(header, claims, Stranger)),
        ["unknown kid"] = provider => Make(provider, (header, _) => header["kid"] = "never-published"),
        ["crit"] = provider => Make(provider, (header, _) => header["crit"] = new JsonArray("b64")),
        ["typ of an access token"] = provider => Make(provider, (header, _) => header["typ"] = "at+jwt"),
        ["typ of a security event"] = provider => Make(provider, (header, _) => header["typ"] = "secevent+jwt"),
        ["typ of an ID token"] = provider => Make(provider, (header, _) => header["typ"] = "JWT"),
        ["another issuer"] = provider => Make(provider, (_, claims) => claims["iss"] = "https://evil.example.test"),
        ["issuer with a slash more"] = provider => Make(provider, (_, claims) => claims["iss"] = provider.Issuer + "/"),
        ["no issuer"] = provider => Make(provider, (_, claims) => claims.Remove("iss")),
        ["another audience"] = provider => Make(provider, (_, claims) => claims["aud"] = "other-app"),
        ["no audience"] = provider => Make(provider, (_, claims) => claims.Remove("aud")),
        ["no iat"] = provider => Make(provider, (_, claims) => claims.Remove("iat")),
        ["iat as a number in quotes"] = provider => Make(provider, (_, claims) => claims["iat"] = Now.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ["iat as text"] = provider => Make(provider, (_, claims) => claims["iat"] = "now"),
        ["iat an hour ago"] = provider => Make(provider, (_, claims) => claims["iat"] = Now - 3600),
        ["iat an hour ahead"] = provider => Make(provider, (_, claims) => (claims["iat"], claims["exp"]) = (Now + 3600, Now + 7200)),
        ["no exp"] = provider => Make(provider, (_, claims) => claims.Remove("exp")),
        ["expired"] = provider => Make(provider, (_, claims) => (claims["iat"], claims["exp"]) = (Now - 500, Now - 400)),
        ["no events"] = provider => Make(provider, (_, claims) => claims.Remove("events")),
        ["another event"] = provider => Make(provider, (_, claims) => claims["events"] = new JsonObject { ["http://schemas.openid.net/event/other"] = new JsonObject() }),
        ["event in another case"] = provider => Make(provider, (_, claims) => claims["events"] = new JsonObject { [LogoutTokens.Event.ToUpperInvariant()] = new JsonObject() }),
        ["events as a list"] = provider => Make(provider, (_, claims) => claims["events"] = new JsonArray(LogoutTokens.Event)),
        ["event that is no object"] = provider => Make(provider, (_, claims) => claims["events"] = new JsonObject { [LogoutTokens.Event] = "yes" }),
        ["event null"] = provider => Make(provider, (_, claims) => claims["events"] = new JsonObject { [LogoutTokens.Event] = null }),
        ["nonce"] = provider => Make(provider, (_, claims) => claims["nonce"] = "n"),
        ["nonce null"] = provider => Make(provider, (_, claims) => claims["nonce"] = null),
        ["neither sid nor sub"] = provider => Make(provider, (_, claims) => Without(claims, "sid", "sub")),
        ["sid that is no text"] = provider => Make(provider, (_, claims) => claims["sid"] = 1),
        ["sid and sub null"] = provider => Make(provider, (_, claims) => (claims["sid"], claims["sub"]) = (null, null)),
        ["jti null"] = provider => Make(provider, (_, claims) => claims["jti"] = null),
        ["empty sub alone"] = provider => Make(provider, (_, claims) => Without(claims, "sid")["sub"] = ""),
        ["sid of one user and sub of another"] = provider => Make(provider, (_, claims) => claims["sub"] = "sub-bob"),
        ["no jti"] = provider => Make(provider, (_, claims) => claims.Remove("jti")),
        ["jti that is no text"] = provider => Make(provider, (_, claims) => claims["jti"] = 7),
        ["a claim twice"] = provider => Twice(provider),
    };

    public static TheoryData<string> Names => [.. Broken.Keys];

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Broken_token_is_refused_and_ends_nothing(string rule)
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = await rig.LogInAsync(ProviderUser.Alice, "sid-1");
        var bobs = await rig.LogInAsync(ProviderUser.Bob, "sid-2");

        var answer = await rig.SendTokenAsync(Broken[rule](rig.Provider));

        Assert.Equal(400, answer.Status);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("invalid_request", (string?)answer.Json["error"]);
        Assert.DoesNotContain("IDX", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.Equal((200, 200), (await rig.StatusAsync(session), await rig.StatusAsync(bobs)));
        Assert.Equal(200, (await rig.SendTokenAsync(Make(rig.Provider))).Status);
        Assert.Equal((401, 200), (await rig.StatusAsync(session), await rig.StatusAsync(bobs)));
    }

    private static string Make(FakeProvider provider, Action<JsonObject, JsonObject>? edit = null, Func<JsonObject, JsonObject, string>? sign = null) =>
        LogoutTokens.Make(provider, "sid-1", "sub-alice", edit, sign);

    private static JsonObject Without(JsonObject claims, params IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            claims.Remove(name);
        }

        return claims;
    }

    private static string Twice(FakeProvider provider) => LogoutTokens.Make(provider, "sid-1", "sub-alice", sign: (header, claims) =>
    {
        var text = claims.ToJsonString();
        var input = Jwt.Encode(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Jwt.Encode(Encoding.UTF8.GetBytes(text[..^1] + ",\"sub\":\"sub-alice\"}"));
        return input + "." + Jwt.Encode(provider.Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    });
}
