using System.Reflection;
using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>The real parts themselves, without the gateway: what every other test stands on.</summary>
public sealed class PartsTests(KeycloakServer keycloak, Chromium chromium)
{
    /// <summary>xunit reports a fixture that starts by itself as failed where a part is missing, a test as skipped with the sentence of what to install.</summary>
    [Fact]
    public void No_fixture_starts_a_part_by_itself()
    {
        var fixtures = typeof(PartsTests).Assembly.GetTypes()
            .SelectMany(type => type.GetInterfaces())
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IClassFixture<>))
            .Select(type => type.GetGenericArguments()[0])
            .Concat(typeof(PartsTests).Assembly.GetCustomAttributes<AssemblyFixtureAttribute>().Select(fixture => fixture.AssemblyFixtureType))
            .ToList();

        Assert.True(fixtures.Count >= 6, $"{fixtures.Count} fixtures");
        Assert.DoesNotContain(fixtures, typeof(IAsyncLifetime).IsAssignableFrom);
    }

    [Theory]
    [InlineData("master")]
    [InlineData("kubeflow")]
    public async Task Keycloak_announces_the_issuer_it_is_asked_under(string realm)
    {
        using var http = new HttpClient();
        var issuer = await keycloak.IssuerAsync(realm);
        var metadata = await http.GetStringAsync(new Uri($"{issuer}/.well-known/openid-configuration"));
        Assert.Contains($"\"issuer\":\"{issuer}\"", metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_seeds_client_has_its_redirect_address_alone()
    {
        var client = await (await keycloak.AdminAsync("master")).FindClientAsync();
        Assert.NotNull(client);
        Assert.Equal("http://localhost:8989/authservice/oidc/callback", (string?)Assert.Single(client["redirectUris"]!.AsArray()));
        Assert.Null(client["attributes"]!["post.logout.redirect.uris"]);
    }

    [Fact]
    public async Task Envoy_refuses_while_nobody_answers_its_checks()
    {
        using var upstream = new RecordingUpstream();
        var port = Ports.Free();
        await using var envoy = await EnvoyProxy.StartAsync(port, gateway: Ports.Free(), web: Ports.Free(), upstream.Port);
        using var connection = await RawConnection.OpenAsync(port);
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var (head, body) = await connection.ReadAnswerAsync();
        Assert.Equal(403, head.Status);
        Assert.Empty(body);
        Assert.Empty(upstream.Heads);
    }

    [Fact]
    public async Task Chromium_shows_what_the_application_received()
    {
        using var upstream = new RecordingUpstream();
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(new Uri(upstream.Address, "seen").ToString());
        Assert.StartsWith("GET /seen HTTP/1.1", await page.TextContentAsync("#head"), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }
}
