using System.Buffers.Text;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Protection;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.Sessions;

/// <summary>What is sealed is bound to the issuer and the client: another registration's does not open, whatever store and secret they share.</summary>
public sealed class RegistrationTests(GarnetRedis redis) : IClassFixture<GarnetRedis>
{
    private static readonly string Secret = new('s', 40);

    [Theory]
    [InlineData("")]
    [InlineData("SESSION_SECRET")]
    public async Task Session_of_another_client_in_the_same_file_is_a_login(string shared)
    {
        await using var rig = await GatewayRig.StartAsync(settings: Shared(shared));
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.RestartAsync(environment => environment["CLIENT_ID"] = "another");
        Assert.Equal(401, await StatusAsync(rig, session));

        await rig.RestartAsync(environment => environment["CLIENT_ID"] = FakeProvider.ClientId);
        Assert.Equal(200, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Session_of_another_issuer_in_the_same_file_is_a_login()
    {
        await using var another = await FakeProvider.StartAsync();
        await using var rig = await GatewayRig.StartAsync(settings: Shared("SESSION_SECRET"));
        var session = rig.SessionOf(await rig.LogInAsync());

        await rig.RestartAsync(environment => environment["OIDC_PROVIDER"] = another.Issuer);

        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SESSION_SECRET")]
    public async Task Session_of_another_client_on_the_same_redis_and_prefix_is_a_login(string shared)
    {
        var settings = Shared(shared);
        settings["SESSION_STORE_TYPE"] = "redis";
        settings["SESSION_STORE_REDIS_ADDR"] = redis.Address;
        settings["SESSION_STORE_REDIS_PREFIX"] = $"test-{Guid.NewGuid():N}:";
        settings["SHUTDOWN_DELAY"] = "off";
        await using var production = await GatewayRig.StartAsync(settings: settings);
        await using var development = await GatewayRig.StartAsync(settings: new Dictionary<string, string>(settings) { ["CLIENT_ID"] = "development" });

        var session = production.SessionOf(await production.LogInAsync());

        Assert.Equal(200, await StatusAsync(production, session));
        Assert.Equal(401, await StatusAsync(development, session));
    }

    [Fact]
    public async Task Session_of_another_issuer_on_the_same_redis_and_prefix_is_a_login()
    {
        var settings = Shared("SESSION_SECRET");
        settings["SESSION_STORE_TYPE"] = "redis";
        settings["SESSION_STORE_REDIS_ADDR"] = redis.Address;
        settings["SESSION_STORE_REDIS_PREFIX"] = $"test-{Guid.NewGuid():N}:";
        settings["SHUTDOWN_DELAY"] = "off";
        await using var production = await GatewayRig.StartAsync(settings: settings);
        await using var development = await GatewayRig.StartAsync(settings: settings);

        var session = production.SessionOf(await production.LogInAsync());

        Assert.Equal(200, await StatusAsync(production, session));
        Assert.Equal(401, await StatusAsync(development, session));
    }

    [Fact]
    public async Task Login_state_and_form_proof_of_another_registration_count_for_nothing()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Shared("SESSION_SECRET"));
        var browser = await rig.LogInAsync();
        Assert.True(SessionId.TryParse(rig.SessionOf(browser), out var id));
        var proof = FormProof.For(id!, "logout");
        var logout = rig.SharedServices.GetRequiredService<LoginStateProtector>().SealLogout();
        Assert.True(rig.SharedServices.GetRequiredService<LoginStateProtector>().IsLogout(logout));

        await rig.RestartAsync(environment => environment["CLIENT_ID"] = "another");

        Assert.False(rig.SharedServices.GetRequiredService<LoginStateProtector>().IsLogout(logout));
        var answer = await rig.SendAsync("POST", "/authservice/logout?proof=" + proof, "Content-Length: 0", "Cookie: authservice_session=" + rig.SessionOf(browser));
        Assert.NotEqual(201, answer.Status);
        await rig.RestartAsync(environment => environment["CLIENT_ID"] = FakeProvider.ClientId);
        Assert.Equal(200, await StatusAsync(rig, rig.SessionOf(browser)));
    }

    [Fact]
    public async Task Session_of_an_earlier_release_survives_the_upgrade_at_its_own_client_alone()
    {
        await using var rig = await GatewayRig.StartAsync(settings: Shared("SESSION_SECRET"));
        var session = rig.SessionOf(await rig.LogInAsync());
        await FormerSeal.ApplyAsync(rig, session, Secret);

        await rig.RestartAsync(environment => environment["CLIENT_ID"] = "another");
        Assert.Equal(401, await StatusAsync(rig, session));

        await rig.RestartAsync(environment => environment["CLIENT_ID"] = FakeProvider.ClientId);
        Assert.Equal(200, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Session_that_was_sealed_by_the_client_secret_survives_one_session_life_and_no_longer()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        await FormerSeal.ApplyAsync(rig, session, FormerSeal.FromClientSecret(FakeProvider.ClientSecret));

        await rig.RestartAsync();
        Assert.Equal(200, await StatusAsync(rig, session));

        File.SetLastWriteTimeUtc(rig.StorePath + ".secret", TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));
        await rig.RestartAsync();
        Assert.Equal(401, await StatusAsync(rig, session));
    }

    [Fact]
    public async Task Client_secret_alone_seals_no_state()
    {
        await using var rig = await GatewayRig.StartAsync();
        var states = rig.SharedServices.GetRequiredService<LoginStateProtector>();
        var derived = FormerSeal.FromClientSecret(FakeProvider.ClientSecret);
        var registration = rig.SharedServices.GetRequiredService<SessionSecrets>().Registration;

        foreach (var purpose in new[] { "logout-state", "logout-state/" + registration })
        {
            Assert.False(states.IsLogout(Base64Url.EncodeToString(FormerSeal.Seal(derived, purpose, [1]))));
        }

        var kept = (await File.ReadAllTextAsync(rig.StorePath + ".secret", TestContext.Current.CancellationToken)).Trim();
        Assert.True(states.IsLogout(Base64Url.EncodeToString(FormerSeal.Seal(kept, "logout-state/" + registration, [1]))));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Secret_is_kept_beside_the_file_for_its_owner_alone_and_made_once()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        var kept = await File.ReadAllTextAsync(rig.StorePath + ".secret", TestContext.Current.CancellationToken);

        await rig.RestartAsync();

        Assert.Equal(200, await StatusAsync(rig, session));
        Assert.Equal(kept, await File.ReadAllTextAsync(rig.StorePath + ".secret", TestContext.Current.CancellationToken));
        Assert.Equal(64, kept.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(rig.StorePath + ".secret"));
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(rig.StorePath)!), file => file.Contains(".secret.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Half_of_a_secret_seals_nothing_and_is_named()
    {
        using var folder = new TempFolder();
        var path = folder.File("data.db");
        await File.WriteAllTextAsync(path + ".secret", "", TestContext.Current.CancellationToken);
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SESSION_STORE_PATH"] = path }, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(path + ".secret", StringComparison.Ordinal), () => "the secret is named\n" + rig.Log.Text);
        Assert.Equal(503, (await rig.ProbeAsync("/readyz")).Status);
        var (answer, _) = await rig.NewBrowser().VisitAsync(rig.PublicUrl + "/start");

        Assert.Equal(503, answer.Status);
        var e = Assert.Throws<StoreUnavailableException>(() => rig.SharedServices.GetRequiredService<SessionSecrets>().Newest);
        Assert.Contains(path + ".secret", e.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Shared(string name) => name.Length == 0 ? [] : new() { [name] = Secret };

    private static async Task<int> StatusAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;
}
