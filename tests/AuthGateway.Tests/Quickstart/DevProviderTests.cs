using System.Net;
using AuthGateway.Pipeline;
using AuthGateway.Quickstart.Provider;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthGateway.Tests.Quickstart;

/// <summary>The development provider, asked as any Relying Party asks.</summary>
public sealed class DevProviderTests : IAsyncLifetime
{
    private static readonly DevClient Client = new()
    {
        Id = "app",
        Secret = "app-secret",
        RedirectUris = ["http://localhost:1/callback"],
        PostLogoutRedirectUris = ["http://localhost:1/bye"],
    };

    private DevProvider _provider = null!;
    private ProviderClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await DevProvider.StartAsync(new DevProviderOptions { Clients = [Client] }, TestContext.Current.CancellationToken);
        _client = new ProviderClient(_provider, Client);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Metadata_announce_what_a_gateway_looks_for()
    {
        var metadata = await _client.JsonAsync(".well-known/openid-configuration");

        Assert.Equal(_provider.Issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal(["RS256"], metadata.GetProperty("id_token_signing_alg_values_supported").EnumerateArray().Select(item => item.GetString()));
        Assert.True(metadata.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.True(metadata.GetProperty("backchannel_logout_session_supported").GetBoolean());
        Assert.True(metadata.TryGetProperty("end_session_endpoint", out _));
    }

    [Fact]
    public async Task A_login_gives_tokens_claims_and_a_refresh_with_claims_of_now()
    {
        var tokens = await _client.TokensOfAsync("zoë", "zoe-password");
        var idToken = new JsonWebToken(tokens.GetProperty("id_token").GetString());
        var userInfo = await ProviderClient.ReadAsync(await _client.UserInfoAsync(tokens.GetProperty("access_token").GetString()!));
        _provider.Users.Set(_provider.Users.Find(idToken.Subject)! with { Groups = ["new"] });
        var refreshed = await ProviderClient.ReadAsync(await _client.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!));

        Assert.Equal("RS256", idToken.Alg);
        Assert.Equal(_provider.Issuer, idToken.Issuer);
        Assert.Equal("n1", idToken.GetClaim("nonce").Value);
        Assert.NotEmpty(idToken.GetClaim("sid").Value);
        Assert.Equal("zoe@example.com", userInfo.GetProperty("email").GetString());
        Assert.True(userInfo.GetProperty("email_verified").GetBoolean());
        Assert.Equal("Zoë Beispiel", userInfo.GetProperty("name").GetString());
        Assert.Equal("zoë", userInfo.GetProperty("preferred_username").GetString());
        Assert.Equal(0, userInfo.GetProperty("groups").GetArrayLength());
        Assert.Equal("new", new JsonWebToken(refreshed.GetProperty("id_token").GetString()).GetClaim("groups").Value);
    }

    [Fact]
    public async Task A_wrong_password_shows_the_form_again_and_logs_nobody_in()
    {
        using var authorization = await _client.AuthorizeAsync();
        using var answer = await _client.LogInAsync(authorization, "ann", "bob-password");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_second_application_needs_no_password_unless_it_asks_for_one()
    {
        await _client.TokensOfAsync("ann", "ann-password");
        using var again = await _client.AuthorizeAsync();
        using var demanded = await _client.AuthorizeAsync("&prompt=login");

        var parameters = ProviderClient.ParametersOf(again);
        Assert.Equal((_provider.Issuer, "s1"), (parameters["iss"], parameters["state"]));
        Assert.NotEmpty(parameters["code"]);
        Assert.StartsWith("/login?", demanded.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_works_once()
    {
        await _client.TokensOfAsync("ann", "ann-password");
        using var authorization = await _client.AuthorizeAsync();
        var code = ProviderClient.ParametersOf(authorization)["code"];
        using var first = await _client.RedeemAsync(code);
        using var second = await _client.RedeemAsync(code);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("invalid_grant", (await ProviderClient.ReadAsync(second)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task End_session_ends_the_login_and_its_refresh_token()
    {
        var tokens = await _client.TokensOfAsync("bob", "bob-password");
        using var ended = await _client.GetAsync(
            $"connect/endsession?state=x&id_token_hint={tokens.GetProperty("id_token").GetString()}&post_logout_redirect_uri={Uri.EscapeDataString(Client.PostLogoutRedirectUris[0])}");
        using var refresh = await _client.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!);
        using var next = await _client.AuthorizeAsync();

        Assert.Equal("http://localhost:1/bye?state=x", ended.Headers.Location!.AbsoluteUri);
        Assert.Equal("invalid_grant", (await ProviderClient.ReadAsync(refresh)).GetProperty("error").GetString());
        Assert.StartsWith("/login?", next.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_session_without_a_hint_asks_first()
    {
        var tokens = await _client.TokensOfAsync("bob", "bob-password");
        using var asked = await _client.GetAsync("connect/endsession");
        using var refresh = await _client.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!);

        Assert.Contains("<form method=\"post\"", await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, refresh.StatusCode);
    }
}
