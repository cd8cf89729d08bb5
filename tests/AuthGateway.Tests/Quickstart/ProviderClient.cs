using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthGateway.Quickstart.Provider;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Tests.Quickstart;

/// <summary>A Relying Party and its browser against a <see cref="DevProvider"/>, redirects followed by hand.</summary>
internal sealed class ProviderClient(DevProvider provider, DevClient client) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = new Uri(provider.Issuer),
    };

    private readonly string _verifier = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path);

    public async Task<JsonElement> JsonAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(path)).RootElement;

    public Task<HttpResponseMessage> AuthorizeAsync(string more = "") => _http.GetAsync(
        $"connect/authorize?response_type=code&client_id={client.Id}&scope=openid%20profile%20email&state=s1&nonce=n1{more}"
        + $"&redirect_uri={Uri.EscapeDataString(client.RedirectUris[0])}"
        + $"&code_challenge_method=S256&code_challenge={WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier)))}");

    /// <summary>Fills in the login form that an authorization answer leads to.</summary>
    public Task<HttpResponseMessage> LogInAsync(HttpResponseMessage authorization, string user, string password)
    {
        var returnUrl = QueryHelpers.ParseQuery(new Uri(_http.BaseAddress!, authorization.Headers.Location!).Query)["return_url"].ToString();
        return PostAsync("login", ("return_url", returnUrl), ("username", user), ("password", password));
    }

    /// <summary>Authorization request, login form, code, tokens.</summary>
    public async Task<JsonElement> TokensOfAsync(string user, string password)
    {
        using var authorization = await AuthorizeAsync();
        using var login = await LogInAsync(authorization, user, password);
        using var callback = await _http.GetAsync(login.Headers.Location);
        return await ReadAsync(await RedeemAsync(ParametersOf(callback)["code"]));
    }

    public Task<HttpResponseMessage> RedeemAsync(string code) => PostAsync("connect/token", ("grant_type", "authorization_code"), ("code", code),
        ("redirect_uri", client.RedirectUris[0]), ("code_verifier", _verifier), ("client_id", client.Id), ("client_secret", client.Secret!));

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) => PostAsync("connect/token", ("grant_type", "refresh_token"),
        ("refresh_token", refreshToken), ("client_id", client.Id), ("client_secret", client.Secret!));

    public async Task<HttpResponseMessage> UserInfoAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "connect/userinfo");
        request.Headers.Authorization = new("Bearer", accessToken);
        return await _http.SendAsync(request);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    public static Dictionary<string, string> ParametersOf(HttpResponseMessage redirect) =>
        QueryHelpers.ParseQuery(redirect.Headers.Location!.Query).ToDictionary(entry => entry.Key, entry => entry.Value.ToString());

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await _http.PostAsync(path, form);
    }
}
