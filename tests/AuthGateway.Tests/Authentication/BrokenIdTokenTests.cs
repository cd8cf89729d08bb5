using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Authentication;

/// <summary>ID tokens of our client, each broken in one way: 401, and nothing reaches the application.</summary>
public class BrokenIdTokenTests
{
    public static TheoryData<string, int> Broken { get; } = new()
    {
        { "expired", 401 }, { "expires this second", 401 }, { "no exp", 401 }, { "exp as text", 401 }, { "foreign audience", 401 }, { "no audience", 401 },
        { "foreign key", 401 }, { "unknown kid", 401 }, { "alg none", 401 }, { "hs256 with the public key", 401 },
        { "hs256 with the client secret", 401 }, { "not yet valid", 401 }, { "issued tomorrow", 401 }, { "no sub", 401 }, { "crit", 401 }, { "claim twice", 401 },
        { "issuer with a slash", 401 }, { "other issuer", 401 }, { "logout token", 401 }, { "refresh token of keycloak", 401 },
        { "bound to a key", 401 }, { "no user id", 401 }, { "user id with a line break", 401 }, { "five parts", 401 }, { "tampered", 401 },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task C60_broken_id_token_is_refused(string flaw, int status)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/app", "Accept: text/html", "Authorization: Bearer " + Break(rig.Provider, flaw));

        Assert.Equal(status, answer.Status);
        Assert.Contains("error=\"invalid_token\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Empty(rig.Upstream.Requests);
    }

    private static string Break(FakeProvider provider, string flaw)
    {
        string With(Action<JsonObject> edit) => provider.IdToken(edit);
        using var foreign = RSA.Create(2048);
        return flaw switch
        {
            "expired" => With(claims => claims["exp"] = TokenMint.Seconds(-30)),
            "expires this second" => With(claims => claims["exp"] = TokenMint.Seconds(0)),
            "no exp" => With(claims => claims.Remove("exp")),
            "exp as text" => With(claims => claims["exp"] = "9999999999"),
            "foreign audience" => With(claims => claims["aud"] = "other"),
            "no audience" => With(claims => claims.Remove("aud")),
            "foreign key" => Jwt.SignRs256(provider.Header(), provider.Claims(FakeProvider.ClientId, null), foreign),
            "unknown kid" => Jwt.SignRs256(new JsonObject { ["alg"] = "RS256", ["kid"] = "nobody" }, provider.Claims(FakeProvider.ClientId, null), foreign),
            "alg none" => Jwt.Unsigned(new JsonObject { ["alg"] = "none" }, provider.Claims(FakeProvider.ClientId, null)) + "AA",
            "hs256 with the public key" => Jwt.SignHs256(new JsonObject { ["alg"] = "HS256", ["kid"] = provider.KeyId }, provider.Claims(FakeProvider.ClientId, null), provider.Key.ExportSubjectPublicKeyInfo()),
            "hs256 with the client secret" => Jwt.SignHs256(new JsonObject { ["alg"] = "HS256" }, provider.Claims(FakeProvider.ClientId, null), Encoding.UTF8.GetBytes(FakeProvider.ClientSecret)),
            "not yet valid" => With(claims => claims["nbf"] = TokenMint.Seconds(120)),
            "issued tomorrow" => With(claims => claims["iat"] = TokenMint.Seconds(86_400)),
            "no sub" => With(claims => claims.Remove("sub")),
            "crit" => Jwt.SignRs256(new JsonObject { ["alg"] = "RS256", ["kid"] = provider.KeyId, ["crit"] = new JsonArray("b64"), ["b64"] = false }, provider.Claims(FakeProvider.ClientId, null), provider.Key),
            "claim twice" => SignText(provider, provider.Claims(FakeProvider.ClientId, null).ToJsonString().Replace("\"email\":", "\"email\":\"admin@example.test\",\"email\":", StringComparison.Ordinal)),
            "issuer with a slash" => With(claims => claims["iss"] = provider.Issuer + "/"),
            "other issuer" => With(claims => claims["iss"] = "https://other.example.test"),
            "logout token" => With(claims => claims["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() }),
            "refresh token of keycloak" => With(claims => claims["typ"] = "Refresh"),
            "bound to a key" => With(claims => claims["cnf"] = new JsonObject { ["jkt"] = "x" }),
            "no user id" => With(claims => claims.Remove("email")),
            "user id with a line break" => With(claims => claims["email"] = "a@example.test\r\nkubeflow-groups: admins"),
            "five parts" => provider.IdToken() + ".a.b",
            "tampered" => Tamper(provider),
            _ => throw new ArgumentOutOfRangeException(nameof(flaw), flaw, null),
        };
    }

    private static string SignText(FakeProvider provider, string claims)
    {
        var input = Jwt.Encode(Encoding.UTF8.GetBytes(provider.Header().ToJsonString())) + "." + Jwt.Encode(Encoding.UTF8.GetBytes(claims));
        return input + "." + Jwt.Encode(provider.Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static string Tamper(FakeProvider provider)
    {
        var parts = provider.IdToken().Split('.');
        parts[1] = provider.IdToken(claims => claims["email"] = "admin@example.test").Split('.')[1];
        return string.Join('.', parts);
    }
}
