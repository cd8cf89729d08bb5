using System.Text;
using System.Text.Json.Nodes;

namespace AuthGateway.Tests.Login;

/// <summary>Every way a callback can fail ends in a page with a stable code, without a session and without a row.</summary>
public class CallbackFailureTests
{
    private static readonly Dictionary<string, (int Status, string Code, int TokenCalls, Action<FakeProvider> Break)> Failures = new()
    {
        ["alg none"] = (400, "id_token_invalid", 1, provider =>
        {
            provider.EditIdToken = (header, _) => header["alg"] = "none";
            provider.SignIdToken = Jwt.Unsigned;
        }
        ),
        ["typ of a logout token"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (header, _) => header["typ"] = "logout+jwt"),
        ["typ of an access token"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (header, _) => header["typ"] = "at+jwt"),
        ["events, as a logout token has"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["events"] = new JsonObject()),
        ["exp as text"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["exp"] = claims["exp"]!.ToString()),
        ["iat as text"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["iat"] = claims["iat"]!.ToString()),
        ["sub as a number"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["sub"] = 7),
        ["alg none in odd case"] = (400, "id_token_invalid", 1, provider =>
        {
            provider.EditIdToken = (header, _) => header["alg"] = "NoNe";
            provider.SignIdToken = Jwt.Unsigned;
        }
        ),
        ["HS256 with the client secret"] = (400, "id_token_invalid", 1, provider =>
        {
            provider.EditIdToken = (header, _) => header["alg"] = "HS256";
            provider.SignIdToken = (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(FakeProvider.ClientSecret));
        }
        ),
        ["HS256 with the public key"] = (400, "id_token_invalid", 1, provider =>
        {
            provider.EditIdToken = (header, _) => header["alg"] = "HS256";
            provider.SignIdToken = (header, claims) => Jwt.SignHs256(header, claims, Encoding.UTF8.GetBytes(provider.Key.ExportSubjectPublicKeyInfoPem()));
        }
        ),
        ["signed by a stranger"] = (400, "id_token_invalid", 1, provider =>
        {
            var stranger = System.Security.Cryptography.RSA.Create(2048);
            provider.SignIdToken = (header, claims) => Jwt.SignRs256(header, claims, stranger);
        }
        ),
        ["unknown kid"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (header, _) => header["kid"] = "never-published"),
        ["wrong nonce"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["nonce"] = "another"),
        ["no nonce"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims.Remove("nonce")),
        ["wrong issuer in the token"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["iss"] = "https://evil.example.test"),
        ["issuer with another slash"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["iss"] = provider.Issuer + "/"),
        ["wrong audience"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["aud"] = "another-client"),
        ["our audience with a slash"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["aud"] = FakeProvider.ClientId + "/"),
        ["sid that no logout token could name"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["sid"] = new string('s', 2000)),
        ["azp of another client"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["azp"] = "another-client"),
        ["expired token"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeSeconds()),
        ["no exp"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims.Remove("exp")),
        ["no sub"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims.Remove("sub")),
        ["at_hash of another token"] = (400, "id_token_invalid", 1, provider => provider.EditIdToken = (_, claims) => claims["at_hash"] = Jwt.HalfHash("another")),
        ["no ID token"] = (400, "id_token_missing", 1, provider => provider.EditTokenResponse = answer => answer.Remove("id_token")),
        ["unknown token type"] = (400, "token_type_unknown", 1, provider => provider.EditTokenResponse = answer => answer["token_type"] = "DPoP"),
        ["error beside the tokens"] = (502, "token_request_failed", 1, provider => provider.EditTokenResponse = answer => answer["error"] = "access_denied"),
        ["id_token in the address"] = (400, "unknown_parameter", 0, provider => provider.EditCallback = Set("id_token", "x")),
        ["access_token in the address"] = (400, "unknown_parameter", 0, provider => provider.EditCallback = Set("access_token", "x")),
        ["code in another case"] = (400, "unknown_parameter", 0, provider => provider.EditCallback = pairs => pairs[pairs.FindIndex(pair => pair.Key == "code")] = new("CODE", "x")),
        ["state with white space behind it"] = (400, "foreign_state", 0, provider => provider.EditCallback = pairs => pairs[pairs.FindIndex(pair => pair.Key == "state")] = new("state", pairs.First(pair => pair.Key == "state").Value + "\n")),
        ["userinfo with half a surrogate"] = (502, "userinfo_failed", 1, provider => provider.Faults["userinfo"] = Fault.Answer(200, """{"sub":"sub-alice","email":"alice@example.test","groups":["\ud800"]}""")),
        ["userinfo with sub twice"] = (502, "userinfo_failed", 1, provider => provider.Faults["userinfo"] = Fault.Answer(200, """{"sub":"sub-victim","email":"victim@example.test","sub":"sub-alice"}""")),
        ["userinfo that is no UTF-8"] = (502, "userinfo_failed", 1, provider => provider.Faults["userinfo"] = Fault.Bytes(200, Encoding.Latin1.GetBytes("{\"sub\":\"sub-alice\",\"email\":\"\u00e4nn@example.test\"}"))),
        ["wrong iss parameter"] = (400, "wrong_issuer", 0, provider => provider.EditCallback = Set("iss", "https://evil.example.test")),
        ["missing iss although announced"] = (400, "wrong_issuer", 0, provider => provider.EditCallback = pairs => pairs.RemoveAll(pair => pair.Key == "iss")),
        ["code twice"] = (400, "duplicate_parameter", 0, provider => provider.EditCallback = pairs => pairs.Add(new("code", "another"))),
        ["state twice"] = (400, "duplicate_parameter", 0, provider => provider.EditCallback = pairs => pairs.Add(new("state", "another"))),
        ["no code"] = (400, "missing_code", 0, provider => provider.EditCallback = pairs => pairs.RemoveAll(pair => pair.Key == "code")),
        ["no state"] = (400, "missing_state", 0, provider => provider.EditCallback = pairs => pairs.RemoveAll(pair => pair.Key == "state")),
        ["foreign state"] = (400, "foreign_state", 0, provider => provider.EditCallback = Set("state", "of-somebody-else")),
        ["access denied"] = (400, "access_denied", 0, provider => provider.EditCallback = Error("access_denied", null)),
        ["invalid scope"] = (400, "invalid_scope", 0, provider => provider.EditCallback = Error("invalid_scope", "Invalid scopes: openid groups")),
        ["PAR demanded"] = (400, "par_required", 0, provider => provider.EditCallback = Error("invalid_request", "Pushed Authorization Request is only allowed.")),
        ["server error"] = (400, "provider_error", 0, provider => provider.EditCallback = Error("server_error", null)),
        ["token endpoint 500"] = (502, "token_request_failed", 1, provider => provider.Faults["token"] = Fault.Answer(500, "MARK-OF-PROVIDER", "text/plain")),
        ["token endpoint garbage"] = (502, "token_request_failed", 1, provider => provider.Faults["token"] = Fault.Answer(200, "<html>MARK-OF-PROVIDER", "text/html")),
        ["token endpoint empty"] = (502, "token_request_failed", 1, provider => provider.Faults["token"] = Fault.Answer(200, "")),
        ["token endpoint breaks off"] = (502, "provider_unavailable", 1, provider => provider.Faults["token"] = Fault.Truncate),
        ["token endpoint never ends"] = (502, "provider_unavailable", 1, provider => provider.Faults["token"] = Fault.Endless),
        ["token endpoint redirects"] = (502, "token_request_failed", 1, provider => provider.Faults["token"] = Fault.Redirect(provider.Issuer + "/elsewhere")),
        ["code refused"] = (502, "code_rejected", 1, provider => provider.Faults["token"] = Fault.Answer(400, "{\"error\":\"invalid_grant\"}")),
        ["client refused"] = (502, "client_rejected", 1, provider => provider.Faults["token"] = Fault.Answer(401, "{\"error\":\"invalid_client\"}")),
        ["userinfo 500"] = (502, "userinfo_failed", 1, provider => provider.Faults["userinfo"] = Fault.Answer(500, "MARK-OF-PROVIDER")),
        ["userinfo garbage"] = (502, "userinfo_failed", 1, provider => provider.Faults["userinfo"] = Fault.Answer(200, "MARK-OF-PROVIDER")),
        ["userinfo as a JWT"] = (502, "userinfo_failed", 1, provider => provider.Faults["userinfo"] = Fault.Answer(200, "e30.e30.", "application/jwt")),
        ["userinfo of somebody else"] = (400, "userinfo_subject_mismatch", 1, provider => provider.EditUserInfo = claims => claims["sub"] = "sub-victim"),
        ["claim missing"] = (403, "claim_missing", 1, provider => provider.User = provider.User with { Email = null }),
        ["claim empty"] = (403, "claim_invalid", 1, provider => provider.User = provider.User with { Email = "" }),
        ["claim of nothing visible"] = (403, "claim_invalid", 1, provider => provider.User = provider.User with { Email = "\u200b" }),
        ["claim with a reversed end"] = (403, "claim_invalid", 1, provider => provider.User = provider.User with { Email = "alice\u202etset@example.test" }),
        ["claim with a lost character"] = (403, "claim_invalid", 1, provider => provider.User = provider.User with { Email = "\ufffdnn@example.test" }),
        ["claim with a line break"] = (403, "claim_invalid", 1, provider => provider.User = provider.User with { Email = "a\r\nkubeflow-userid: root" }),
    };

    public static TheoryData<string, GatewayMode> EachFailure
    {
        get
        {
            var data = new TheoryData<string, GatewayMode>();
            foreach (var name in Failures.Keys)
            {
                data.Add(name, GatewayMode.InLine);
                data.Add(name, GatewayMode.ExtAuthz);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(EachFailure))]
    public async Task Failed_callback_ends_in_its_page_without_a_session(string failure, GatewayMode door)
    {
        var (status, code, tokenCalls, breakIt) = Failures[failure];
        await using var rig = await GatewayRig.StartAsync(door);
        breakIt(rig.Provider);
        var browser = rig.NewBrowser();

        var (answer, _) = await browser.VisitAsync(rig.PublicUrl + "/app?secret-page=1");

        Assert.True(answer.ErrorCode == code, $"{failure}: {answer}\n{rig.Log.Text}");
        Assert.Equal(door == GatewayMode.ExtAuthz && status >= 500 ? 400 : status, answer.Status);
        Assert.Equal(tokenCalls, Math.Min(rig.Provider.Count("token"), 1));
        Assert.DoesNotContain("authservice_session", answer.CookiesSet);
        Assert.Equal(0, rig.StoredRows());
        Assert.DoesNotContain("MARK-OF-PROVIDER", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.Contains("href=", answer.Text, StringComparison.Ordinal);
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal(0, rig.Provider.Count("elsewhere"));
    }

    private static Action<List<KeyValuePair<string, string>>> Set(string name, string value) => pairs =>
    {
        pairs.RemoveAll(pair => pair.Key == name);
        pairs.Add(new(name, value));
    };

    private static Action<List<KeyValuePair<string, string>>> Error(string error, string? description) => pairs =>
    {
        pairs.RemoveAll(pair => pair.Key == "code");
        pairs.Add(new("error", error));
        if (description is not null)
        {
            pairs.Add(new("error_description", description));
        }
    };
}
