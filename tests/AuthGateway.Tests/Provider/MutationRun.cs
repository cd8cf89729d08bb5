using System.Text.Json.Nodes;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Provider;

/// <summary>One gateway, its healthy session, and a way to have each of the provider's answers mutated once.</summary>
internal sealed partial class MutationRun : IAsyncDisposable
{
    // The clock runs away over many mutations.
    private const int Years = 100_000_000;
    private readonly Random _random;
    private readonly ShiftedClock _clock;
    private readonly Dictionary<string, JsonNode> _good = [];
    private readonly SortedDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private Browser _healthy = null!;
    private Browser? _renewing;

    private MutationRun(GatewayRig rig, ShiftedClock clock, Random random)
    {
        Rig = rig;
        _clock = clock;
        _random = random;
    }

    public GatewayRig Rig { get; }

    /// <summary>How often each target was answered with each status.</summary>
    public string Figures => string.Join(", ", _answers.Select(pair => $"{pair.Key}: {pair.Value}"));

    public static async Task<MutationRun> StartAsync(Random random)
    {
        var clock = new ShiftedClock();
        var provider = await FakeProvider.StartAsync();
        provider.Refresh = new RefreshRules { IsOffered = false };
        var rig = await GatewayRig.StartAsync(provider: provider, clock: clock, settings: new Dictionary<string, string>
        {
            ["ACCESS_TOKEN_AUTHN"] = "opaque",
            ["AUDIENCES"] = "api",
            ["SESSION_MAX_AGE"] = "90d",
        });
        var run = new MutationRun(rig, clock, random);
        run.CaptureGood();
        // Of another user than the mutated logins: of one user's sessions the thousand last used live.
        run._healthy = await rig.LogInAsync(ProviderUser.Bob);
        provider.User = ProviderUser.Alice;
        return run;
    }

    public async Task ExpectHealthyAsync(int after)
    {
        Rig.Provider.Faults.Clear();
        var answer = await _healthy.GetAsync(Rig.PublicUrl + "/app");
        Assert.True(answer.Status == 200, $"After {after} mutations the healthy session is answered {answer.Status}\n{string.Join('\n', Rig.Log.Lines.TakeLast(20))}");
        Assert.Equal(200, (await Rig.ProbeAsync("/readyz")).Status);
        Assert.DoesNotContain(Rig.Log.Lines, line => line.Contains("Background work failed", StringComparison.Ordinal));
        Rig.Log.Lines.Clear();
        Rig.Upstream.Requests.Clear();
        Rig.Provider.Calls.Clear();
    }

    /// <returns>The status of the answer that met the mutation, and the mutation.</returns>
    public async Task<(int Status, string What)> TryAsync(string target)
    {
        // The budgets of unknown tokens and of key fetches fill up again.
        _clock.Advance(TimeSpan.FromSeconds(2));
        Rig.Provider.Faults.Clear();
        Rig.Provider.EditIdToken = (_, _) => { };
        var (status, what) = target switch
        {
            "discovery" or "jwks" => await MetadataAsync(target),
            "token" => await LogInAsync("token"),
            "userinfo" => await LogInAsync("userinfo"),
            "id_token" => await IdTokenAsync(),
            "introspect" => await OpaqueAsync("introspect"),
            "opaque userinfo" => await OpaqueAsync("userinfo"),
            "refresh" => await RefreshAsync(),
            "signed userinfo" => await SignedAsync(),
            "revoke" => await RevokeAsync(),
            "par" => await PushAsync(),
            "logout" => await LogoutAsync(),
            _ => await BearerAsync(),
        };
        _answers[$"{target} {status}"] = _answers.GetValueOrDefault($"{target} {status}") + 1;
        return (status, what);
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();

    private void CaptureGood()
    {
        Rig.Provider.EditDiscovery = document => _good["discovery"] = document.DeepClone();
        Rig.Provider.EditKeySet = set => _good["jwks"] = set.DeepClone();
        Rig.Provider.EditTokenResponse = answer => _good["token"] = answer.DeepClone();
        Rig.Provider.EditUserInfo = claims => _good["userinfo"] = claims.DeepClone();
        _good["revoke"] = new JsonObject();
        _good["par"] = new JsonObject { ["request_uri"] = "urn:ietf:params:oauth:request_uri:1", ["expires_in"] = 60 };
        _good["introspect"] = new JsonObject { ["active"] = true, ["sub"] = "sub-alice", ["aud"] = "api", ["token_type"] = "Bearer", ["exp"] = TokenMint.Seconds(Years), ["client_id"] = "robot" };
    }

    private Mutation Mutate(string endpoint)
    {
        var mutation = Mutation.Of(_good[endpoint], _random);
        Rig.Provider.Faults[endpoint] = mutation.AnswerAsync;
        return mutation;
    }

    // The periodic refresh does nothing else; then a token with an unknown key, and a visit.
    private async Task<(int, string)> MetadataAsync(string endpoint)
    {
        var metadata = Rig.Server.Services.GetRequiredService<ProviderMetadata>();
        await metadata.TryFetchAsync(CancellationToken.None);
        var mutation = Mutate(endpoint);
        await metadata.TryFetchAsync(CancellationToken.None);
        Assert.DoesNotContain("could not be read (", metadata.LastProblem ?? "", StringComparison.Ordinal);
        var answer = await Rig.SendAsync("GET", "/app", "Accept: application/json", "Authorization: Bearer " + Rig.Provider.Sign(Rig.Provider.Claims(FakeProvider.ClientId, null), claims => claims["exp"] = TokenMint.Seconds(Years), kid: "never-seen"));
        var visit = await Rig.SendAsync("GET", "/app", "Accept: text/html");
        Rig.Provider.Faults.Clear();
        await metadata.TryFetchAsync(CancellationToken.None);
        return (Math.Max(answer.Status, visit.Status == 500 ? 500 : 0), mutation.ToString());
    }

    private async Task<(int, string)> LogInAsync(string endpoint)
    {
        await FillAsync();
        var mutation = Mutate(endpoint);
        var (answer, _) = await Rig.NewBrowser().VisitAsync(Rig.PublicUrl + "/app");
        return (answer.Status, mutation.ToString());
    }

    private async Task<(int, string)> IdTokenAsync()
    {
        var what = "";
        Rig.Provider.EditIdToken = (header, claims) => what = Edit(header, claims);
        var (answer, _) = await Rig.NewBrowser().VisitAsync(Rig.PublicUrl + "/app");
        return (answer.Status, what);
    }

    private async Task<(int, string)> OpaqueAsync(string endpoint)
    {
        await FillAsync();
        Rig.Provider.Faults["introspect"] = Fault.Answer(200, _good["introspect"].ToJsonString());
        Rig.Provider.Faults["userinfo"] = Fault.Answer(200, _good["userinfo"].ToJsonString());
        var mutation = Mutate(endpoint);
        var answer = await Rig.SendAsync("GET", "/app", "Accept: application/json", $"Authorization: Bearer opaque-{Guid.NewGuid():n}");
        return (answer.Status, mutation.ToString());
    }

    // A session of its own: a mutated claim may rightly end it.
    private async Task<(int, string)> RefreshAsync()
    {
        Rig.Provider.Refresh = new RefreshRules { AccessSeconds = 1 };
        _renewing ??= await Rig.LogInWithoutUpstreamAsync();
        Rig.Provider.Refresh = new RefreshRules { IsOffered = false };
        await FillAsync();
        var mutation = Mutate(_random.Next(2) == 0 ? "token" : "userinfo");
        _clock.Advance(TimeSpan.FromMinutes(16));
        var answer = await _renewing.GetAsync(Rig.PublicUrl + "/app");
        if (answer.Status != 200)
        {
            _renewing = null;
        }

        return (answer.Status, mutation.ToString());
    }

    private async Task<(int, string)> LogoutAsync()
    {
        var what = "";
        var token = LogoutTokens.Make(Rig.Provider, "sid-nobody", null, (header, claims) =>
        {
            claims["iat"] = _clock.GetUtcNow().ToUnixTimeSeconds();
            what = Edit(header, claims);
        });
        return ((await Rig.SendTokenAsync(Cut(token))).Status, what);
    }

    private async Task<(int, string)> BearerAsync()
    {
        var header = Rig.Provider.Header();
        var claims = Rig.Provider.Claims(FakeProvider.ClientId, null);
        claims["exp"] = TokenMint.Seconds(Years);
        var what = Edit(header, claims);
        var answer = await Rig.SendAsync("GET", "/app", "Accept: application/json", "Authorization: Bearer " + Cut(Jwt.SignRs256(header, claims, Rig.Provider.Key)));
        return (answer.Status, what);
    }

    private string Edit(JsonObject header, JsonObject claims)
    {
        var target = _random.Next(4) == 0 ? header : claims;
        var name = target.ElementAt(_random.Next(target.Count)).Key;
        try
        {
            var value = Mutation.Value(_random);
            // Half a surrogate cannot be signed as an object.
            target[name] = _random.Next(6) == 0 || value.Contains("ud800", StringComparison.Ordinal) ? null : JsonNode.Parse(value);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
        {
            target.Remove(name);
        }

        return $"{header.ToJsonString()} {claims.ToJsonString()}";
    }

    private string Cut(string token) => _random.Next(10) == 0 ? token[.._random.Next(token.Length)] : token;

    // What a good answer looks like is learnt from one.
    private async Task FillAsync()
    {
        if (!_good.ContainsKey("token") || !_good.ContainsKey("userinfo"))
        {
            await Rig.NewBrowser().VisitAsync(Rig.PublicUrl + "/app");
        }
    }
}
