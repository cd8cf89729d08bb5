using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Refresh;

/// <summary>What a refresh that does not succeed does to the session.</summary>
public class RefreshTroubleTests
{
    public static TheoryData<string, int, string, string> Troubles => new()
    {
        { "token", 400, """{"error":"invalid_request","error_description":"Refresh token is invalid or has already been claimed by another client."}""", "invalid_request" }, // Dex
        { "token", 401, """{"error":"unauthorized_client"}""", "unauthorized_client" }, // Keycloak, wrong secret
        { "token", 503, "Bootstrap in progress", "http_503" },
        { "token", 500, """{"error":"invalid_grant"}""", "invalid_grant" }, // not the status of that answer
        { "token", 200, """{"token_type":"Bearer"}""", "unusable_answer" },
        { "token", 200, "no json", "unreachable" },
        { "userinfo", 500, "", "userinfo_failed" },
        { "userinfo", 200, "[1]", "userinfo_failed" },
        { "userinfo", 200, """{"sub":"somebody-else","email":"mallory@example.test"}""", "userinfo_subject_mismatch" },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task Trouble_keeps_the_session_with_its_claims_and_is_counted(string endpoint, int status, string body, string reason)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.Faults[endpoint] = Fault.Answer(status, body);

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");

        await rig.UseAfterAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["alice@example.test"], rig.Gateway.Upstream.Last.AllFolded("kubeflow-userid"));
        await CountedAsync(rig, "failed", seen => seen == reason || (reason == "unreachable" && seen != "none"));

        rig.Provider.Faults.Clear();
        var before = rig.Provider.Refreshes;
        await rig.UseAfterAsync(TimeSpan.FromMinutes(10));
        await rig.RefreshesAsync(before + 1);
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rotated_token_is_kept_when_userinfo_hangs_or_is_no_object(bool hangs)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        rig.Provider.Faults["userinfo"] = hangs ? Fault.Wait(new TaskCompletionSource().Task) : Fault.Answer(200, "[1]");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");
        rig.Provider.Faults.Clear();
        var before = rig.Provider.Refreshes;

        await rig.UseAfterAsync(TimeSpan.FromMinutes(10));
        await rig.RefreshesAsync(before + 1);

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Rotated_token_is_kept_while_the_store_is_locked_for_longer_than_the_lease()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        var asked = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = context =>
        {
            asked.TrySetResult();
            return Fault.Wait(gate.Task)(context);
        };
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        using (var other = new SqliteConnection($"Data Source={rig.Gateway.StorePath};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            command.ExecuteNonQuery();
            gate.SetResult();
            await Deadline.UntilAsync(() => rig.Provider.Refreshes == 1, "the refresh");
            rig.Clock.Advance(TimeSpan.FromSeconds(60));
        }

        await rig.RefreshesAsync(1);
        await rig.UseAfterAsync(TimeSpan.FromMinutes(10));
        await rig.RefreshesAsync(2);

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Dropped_connection_is_trouble_too()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.Faults["token"] = Fault.Drop;

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");

        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Attempts_are_spaced_out_while_the_provider_is_down()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.Faults["token"] = Fault.Answer(503, "");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");
        var calls = rig.Provider.Count("token");

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, await rig.StatusAsync());
        }

        Assert.Equal(calls, rig.Provider.Count("token"));
    }

    [Fact]
    public async Task Outage_is_survived_as_long_as_the_grace_says_also_over_a_restart()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["PROVIDER_OUTAGE_GRACE"] = "20m" });
        rig.Provider.Faults["token"] = Fault.Answer(503, "");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");
        await rig.UseAfterAsync(TimeSpan.FromMinutes(15));
        await rig.Gateway.RestartAsync();
        await rig.UseAfterAsync(TimeSpan.FromMinutes(4));

        rig.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(401, await rig.StatusAsync());
    }

    /// <summary>The second failure changes nothing in the row but its version.</summary>
    [Fact]
    public async Task End_of_the_grace_deletes_the_row()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["PROVIDER_OUTAGE_GRACE"] = "20m" });
        rig.Provider.Faults["token"] = Fault.Answer(503, "");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");
        var calls = rig.Provider.Count("token");
        await rig.UseAfterAsync(TimeSpan.FromMinutes(15));
        await Deadline.UntilAsync(() => rig.Provider.Count("token") > calls, "it is tried again");
        await rig.SettledAsync();

        rig.Clock.Advance(TimeSpan.FromMinutes(6));

        await Deadline.UntilAsync(() => rig.Gateway.StoredRows() == 0, "the row is gone");
    }

    [Fact]
    public async Task Good_refresh_ends_the_grace()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 }, new Dictionary<string, string> { ["PROVIDER_OUTAGE_GRACE"] = "20m" });
        rig.Provider.Faults["token"] = Fault.Answer(503, "");
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("could not be refreshed");
        rig.Provider.Faults.Clear();
        await rig.UseAfterAsync(TimeSpan.FromMinutes(10));
        await rig.RefreshesAsync(1);

        await Deadline.UntilAsync(() => rig.Gateway.StoredRows() == 1, "stored");
        await rig.UseAfterAsync(TimeSpan.FromMinutes(14));
    }

    [Fact]
    public async Task Invalid_grant_ends_the_session_and_nothing_else_does()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.Logins.Last().Kill();

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));

        await rig.EndsAsync();
        await CountedAsync(rig, "ended", seen => seen == "invalid_grant");
        await Deadline.UntilAsync(() => rig.Gateway.StoredRows() == 0, "the row is gone");
        await rig.Gateway.RestartAsync();
        Assert.Equal(401, await rig.StatusAsync());
    }

    /// <summary>On <c>/metrics</c>, which may be 300 ms old.</summary>
    private static Task CountedAsync(RefreshRig rig, string outcome, Predicate<string> reason) => Deadline.UntilAsync(
        async () => Regex.Matches((await rig.Gateway.ProbeAsync("/metrics")).Text, $"^authgateway_session_refreshes_total{{.*outcome=\"{outcome}\",reason=\"(\\w+)\"", RegexOptions.Multiline)
            .Any(match => reason(match.Groups[1].Value)),
        "it is counted");
}
