using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Provider;

namespace AuthGateway.Testing;

/// <summary>Makes logout tokens as the scripted provider would, and sends them as it would.</summary>
internal static class LogoutTokens
{
    public const string Target = "/authservice/backchannel-logout";
    public const string Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>A good token; <paramref name="edit"/> has the last word, <paramref name="sign"/> signs instead of the provider's key.</summary>
    public static string Make(
        FakeProvider provider, string? sid = null, string? sub = null, Action<JsonObject, JsonObject>? edit = null, Func<JsonObject, JsonObject, string>? sign = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "logout+jwt", ["kid"] = provider.KeyId };
        var claims = new JsonObject
        {
            ["iss"] = provider.Issuer,
            ["aud"] = FakeProvider.ClientId,
            ["iat"] = now,
            ["exp"] = now + 120,
            ["jti"] = Guid.NewGuid().ToString(),
            ["events"] = new JsonObject { [Event] = new JsonObject() },
        };
        if (sid is not null)
        {
            claims["sid"] = sid;
        }

        if (sub is not null)
        {
            claims["sub"] = sub;
        }

        edit?.Invoke(header, claims);
        return sign?.Invoke(header, claims) ?? Jwt.SignRs256(header, claims, provider.Key);
    }

    public static Task<RawResponse> SendTokenAsync(this GatewayRig rig, string token) => rig.SendFormAsync("logout_token=" + Uri.EscapeDataString(token));

    public static Task<RawResponse> SendFormAsync(this GatewayRig rig, string body, string contentType = "application/x-www-form-urlencoded") => RawClient.OnceAsync(
        rig.Address,
        $"POST {Target} HTTP/1.1\r\nHost: gateway.kubeflow.svc\r\nConnection: close\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}");

    public static async Task<int> StatusAsync(this GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;

    /// <summary>Logs in with this <c>sid</c> in the ID token; returns the session cookie's value.</summary>
    public static async Task<string> LogInAsync(this GatewayRig rig, ProviderUser user, string sid)
    {
        rig.Provider.EditIdToken = (_, claims) => claims["sid"] = sid;
        return rig.SessionOf(await rig.LogInAsync(user));
    }
}
