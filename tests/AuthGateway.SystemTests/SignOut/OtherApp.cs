using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests.SignOut;

/// <summary>The realm's second OpenID Connect client, <c>other-app</c>; its pages are those of <paramref name="landing"/>.</summary>
internal sealed class OtherApp(string issuer, Uri landing)
{
    private const string Id = "other-app";
    private const string Secret = "other-app-secret";
    private static readonly HttpClient Http = new();

    /// <summary>Logs the browser in; with a live session at Keycloak nobody is asked for anything.</summary>
    public async Task<JsonObject> LogInAsync(CookieBrowser browser, (string User, string Password)? credentials = null)
    {
        await browser.GoAsync(new Uri($"{issuer}/protocol/openid-connect/auth?client_id={Id}&response_type=code&scope=openid&state=s&nonce=n&redirect_uri={Uri.EscapeDataString(Callback)}"));
        if (credentials is { } known)
            await browser.SubmitAsync(new Dictionary<string, string> { ["username"] = known.User, ["password"] = known.Password });
        var code = System.Web.HttpUtility.ParseQueryString(browser.Address.Query)["code"];
        Assert.True(code is not null, $"The second application got no code: {browser.Status} {browser.Address}\n{browser.Body}");
        using var answer = await PostAsync("token", new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Callback });
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>RP-initiated logout in the browser.</summary>
    public Task LogOutAsync(CookieBrowser browser, JsonObject tokens) => browser.GoAsync(new Uri(
        $"{issuer}/protocol/openid-connect/logout?id_token_hint={tokens["id_token"]}&post_logout_redirect_uri={Uri.EscapeDataString(Callback)}"));

    /// <summary>Logout without a browser: the refresh token posted to the end-session endpoint.</summary>
    public async Task LogOutByRefreshTokenAsync(JsonObject tokens) => (await PostAsync("logout", new() { ["refresh_token"] = (string)tokens["refresh_token"]! })).Dispose();

    /// <summary>RFC 7009.</summary>
    public async Task RevokeAsync(JsonObject tokens) => (await PostAsync("revoke", new() { ["token"] = (string)tokens["refresh_token"]! })).Dispose();

    public async Task<bool> CanRefreshAsync(JsonObject tokens)
    {
        using var form = Form(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = (string)tokens["refresh_token"]! });
        using var answer = await Http.PostAsync(new Uri($"{issuer}/protocol/openid-connect/token"), form);
        return answer.IsSuccessStatusCode;
    }

    private string Callback => new Uri(landing, "/other/callback").ToString();

    private async Task<HttpResponseMessage> PostAsync(string endpoint, Dictionary<string, string> fields)
    {
        using var form = Form(fields);
        var answer = await Http.PostAsync(new Uri($"{issuer}/protocol/openid-connect/{endpoint}"), form);
        Assert.True(answer.IsSuccessStatusCode, $"{endpoint}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }

    private static FormUrlEncodedContent Form(Dictionary<string, string> fields) => new(fields.Append(new("client_id", Id)).Append(new("client_secret", Secret)));
}
