using AuthGateway.Configuration;

namespace AuthGateway.Tests.Refresh;

/// <summary><c>STRICT_SESSION_VALIDATION</c>: cases C52 to C54 of the replaced service, and what its weaknesses B12 and B53 teach.</summary>
public class StrictSessionValidatorTests
{
    private static readonly Dictionary<string, string> Strict = new() { ["STRICT_SESSION_VALIDATION"] = "true" };

    [Fact]
    public async Task Each_request_asks_userinfo_once()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Strict);
        var before = rig.Provider.Count("userinfo");

        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(200, await rig.StatusAsync());
            Assert.Equal(before + i, rig.Provider.Count("userinfo"));
        }
    }

    [Fact]
    public async Task Refused_access_token_ends_the_session()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Strict);
        rig.Provider.Faults["userinfo"] = Fault.Answer(401, "");
        Assert.Equal(401, await rig.StatusAsync());
        rig.Provider.Faults.Clear();

        Assert.Equal(401, await rig.StatusAsync());
        Assert.Equal(0, rig.Gateway.StoredRows());
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(200, """{"sub":"somebody-else"}""")]
    [InlineData(200, "no json")]
    [InlineData(200, "[1]")]
    public async Task Provider_that_cannot_answer_lets_nobody_pass_and_ends_nothing(int status, string body)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Strict);
        rig.Provider.Faults["userinfo"] = Fault.Answer(status, body);
        Assert.Equal(503, await rig.StatusAsync());
        rig.Provider.Faults.Clear();

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Provider_that_hangs_is_unknown_not_an_error()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, Strict);
        rig.Provider.Faults["userinfo"] = Fault.Wait(new TaskCompletionSource().Task);

        Assert.Equal(503, await rig.StatusAsync());
    }

    [Fact]
    public async Task Access_token_past_its_end_is_refreshed_first_however_short_it_lives()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 30, SingleUse = true }, Strict);
        for (var i = 1; i <= 3; i++)
        {
            await rig.UseAfterAsync(TimeSpan.FromSeconds(31));
            await rig.RefreshesAsync(i);
        }
    }

    [Fact]
    public async Task Access_token_that_cannot_be_refreshed_confirms_nobody()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 30 }, Strict);
        rig.Provider.Faults["token"] = Fault.Answer(503, "");
        rig.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(503, await rig.StatusAsync());
    }

    [Fact]
    public async Task Bounded_cache_spares_the_provider()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string>(Strict) { ["STRICT_SESSION_VALIDATION_CACHE"] = "30s" });
        var before = rig.Provider.Count("userinfo");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, await rig.StatusAsync());
        }

        // The visit that ended the login has asked.
        Assert.Equal(before, rig.Provider.Count("userinfo"));
        await rig.UseAfterAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(before + 1, rig.Provider.Count("userinfo"));
    }

    [Fact]
    public void Longer_cache_than_a_minute_is_refused_by_name()
    {
        var result = AuthGateway.Configuration.SettingsReader.Read(new Dictionary<string, string> { ["STRICT_SESSION_VALIDATION_CACHE"] = "5m" }, []);

        Assert.Contains(result.Errors, error => error.StartsWith("STRICT_SESSION_VALIDATION_CACHE", StringComparison.Ordinal));
    }
}
