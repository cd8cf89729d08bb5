using System.Globalization;
using System.Text.Json;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Authentication;

/// <summary>Times at the end of what a clock can express, in tokens of anybody: never an error of the gateway.</summary>
public sealed class NumericDateTests
{
    public static TheoryData<string, double> Times
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (var claim in new[] { "exp", "nbf", "iat" })
            {
                foreach (var seconds in new[] { 253402300799, 253402300799.9, 253402300680, 253402300800, 1e300, 0, -1, -1e300 })
                {
                    data.Add(claim, seconds);
                }
            }

            return data;
        }
    }

    [Fact]
    public async Task Unsigned_token_with_any_time_is_refused_and_the_gateway_reports_no_error_of_its_own()
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["AUDIENCES"] = TokenMint.Api });
        foreach (var row in Times)
        {
            var (claim, seconds) = row.Data;
            Assert.Equal(401, await AskAsync(rig, Spoil(rig.Provider.IdToken(claims => claims[claim] = seconds))));
            Assert.Equal(401, await AskAsync(rig, Spoil(rig.Provider.AccessToken(claims => (claims["aud"], claims[claim]) = (TokenMint.Api, seconds), "at+jwt"))));
            var logout = LogoutTokens.Make(rig.Provider, sub: "sub-alice", edit: (_, claims) => claims[claim] = seconds);
            Assert.Equal(400, (await rig.SendTokenAsync(Spoil(logout))).Status);
        }
    }

    [Fact]
    public async Task Login_whose_ID_token_ends_in_the_year_9999_is_kept_and_can_be_ended()
    {
        var settings = new Dictionary<string, string>
        {
            ["OIDC_CLOCK_TOLERANCE"] = "0",
            ["FORWARD_ID_TOKEN"] = "true",
            ["OIDC_ID_TOKEN_MAX_AGE"] = "off",
        };
        await using var rig = await GatewayRig.StartAsync(settings: settings);
        rig.Provider.EditIdToken = (_, claims) => claims["exp"] = 253402300799;
        var browser = await rig.LogInAsync();
        var session = rig.SessionOf(browser);

        Assert.Equal(200, (await rig.SendAsync("GET", "/app", "Cookie: authservice_session=" + session)).Status);
        Assert.Equal(201, (await rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + session, "Content-Length: 0")).Status);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"exp": "1"}""", null)]
    [InlineData("""{"exp": 0}""", null)]
    [InlineData("""{"exp": 253402300800}""", null)]
    [InlineData("""{"exp": 1.5}""", "1970-01-01T00:00:01.5")]
    [InlineData("""{"exp": 253402300799}""", "9000-01-01T00:00:00")]
    public void Time_is_read_or_left_out(string claims, string? expected)
    {
        using var document = JsonDocument.Parse(claims);
        Assert.Equal(
            expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            NumericDate.Read(document.RootElement, "exp"));
    }

    private static async Task<int> AskAsync(GatewayRig rig, string token) =>
        (await rig.SendAsync("GET", "/app", "Authorization: Bearer " + token)).Status;

    private static string Spoil(string token) => token[..^8] + "AAAAAAAA";
}
