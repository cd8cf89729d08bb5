using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AuthGateway.SystemTests.Parts;

/// <summary>What an administrator would do in one realm, over Keycloak's admin REST API.</summary>
internal sealed class KeycloakAdmin(Uri server, string realm)
{
    private static readonly HttpClient Http = new();

    /// <summary>The realm <c>master</c> as the article leaves it: the admin has an e-mail, the client has the redirect address alone.</summary>
    public async Task SeedMasterAsync()
    {
        var admin = await UserIdAsync("admin");
        await SendAsync(HttpMethod.Put, $"/users/{admin}", new JsonObject { ["email"] = KeycloakServer.AdminEmail, ["emailVerified"] = true });
        if (await FindClientAsync() is null)
        {
            await SendAsync(HttpMethod.Post, "/clients", new JsonObject
            {
                ["clientId"] = KeycloakServer.ClientId,
                ["secret"] = KeycloakServer.ClientSecret,
                ["protocol"] = "openid-connect",
                ["publicClient"] = false,
            });
        }

        await ChangeClientAsync(client =>
        {
            client["redirectUris"] = new JsonArray("http://localhost:8989/authservice/oidc/callback");
            // An absent attribute is kept by a PUT; an empty one is removed.
            client["attributes"]!["post.logout.redirect.uris"] = "";
            client["attributes"]!["backchannel.logout.url"] = "";
        });
    }

    public async Task ChangeClientAsync(Action<JsonObject> change)
    {
        var client = await FindClientAsync() ?? throw new InvalidOperationException($"No client {KeycloakServer.ClientId} in {realm}.");
        client["attributes"] ??= new JsonObject();
        change(client);
        await SendAsync(HttpMethod.Put, $"/clients/{client["id"]}", client);
    }

    /// <summary>Changes these settings of the realm; the result brings back those of before.</summary>
    public async Task<JsonObject> ChangeRealmAsync(JsonObject change)
    {
        var known = await GetAsync("");
        var before = new JsonObject(change.Select(pair => KeyValuePair.Create(pair.Key, known[pair.Key]?.DeepClone())));
        await SendAsync(HttpMethod.Put, "", change);
        return before;
    }

    public async Task EnableUserAsync(string username, bool enabled) =>
        await SendAsync(HttpMethod.Put, $"/users/{await UserIdAsync(username)}", new JsonObject { ["enabled"] = enabled });

    /// <summary>Ends every session of the realm; Keycloak tells no client.</summary>
    public Task EndAllSessionsAsync() => SendAsync(HttpMethod.Post, "/logout-all", new JsonObject());

    public async Task<JsonObject?> FindClientAsync() =>
        (await GetAsync($"/clients?clientId={KeycloakServer.ClientId}")).AsArray().FirstOrDefault()?.AsObject();

    /// <summary>Browser sessions that Keycloak knows for this user.</summary>
    public async Task<int> SessionCountAsync(string username) =>
        (await GetAsync($"/users/{await UserIdAsync(username)}/sessions")).AsArray().Count(session =>
            session!["clients"]!.AsObject().Any(client => (string?)client.Value == KeycloakServer.ClientId));

    public async Task EndSessionsAsync(string username) =>
        await SendAsync(HttpMethod.Post, $"/users/{await UserIdAsync(username)}/logout", new JsonObject());

    /// <summary>Ids (<c>sid</c>) of a user's sessions.</summary>
    public async Task<IReadOnlyList<string>> SessionIdsAsync(string username) =>
        [.. (await GetAsync($"/users/{await UserIdAsync(username)}/sessions")).AsArray().Select(session => (string)session!["id"]!)];

    public Task EndSessionAsync(string sid) => SendAsync(HttpMethod.Delete, $"/sessions/{sid}", null);

    public async Task<string> UserIdAsync(string username) =>
        (string)(await GetAsync($"/users?exact=true&username={Uri.EscapeDataString(username)}")).AsArray()[0]!["id"]!;

    public async Task<JsonNode> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"/admin/realms/{realm}{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync());
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public async Task SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(server, $"/admin/realms/{realm}{path}")) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync());
        using var answer = await Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>A fresh one each time: an admin token lives 60 s, and admin calls are few. admin-cli is another client, so its sessions are not counted.</summary>
    private async Task<string> TokenAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["client_id"] = "admin-cli",
            ["username"] = "admin",
            ["password"] = "admin",
        });
        using var answer = await Http.PostAsync(new Uri(server, "/realms/master/protocol/openid-connect/token"), form);
        var token = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!;
        return (string)token["access_token"]!;
    }
}
