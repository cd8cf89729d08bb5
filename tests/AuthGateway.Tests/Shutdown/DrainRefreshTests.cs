using AuthGateway.Tests.Refresh;

namespace AuthGateway.Tests.Shutdown;

/// <summary>A refresh beside SIGTERM: what has begun is finished and stored, what could not be finished does not begin (docs/refresh.md).</summary>
public class DrainRefreshTests
{
    private static readonly RefreshRules Once = new() { AccessSeconds = 600, SingleUse = true };

    [Fact]
    public async Task Answer_that_takes_25_s_is_stored_before_the_process_ends()
    {
        await using var rig = await RefreshRig.StartAsync(Once);
        var gate = new TaskCompletionSource();
        rig.Provider.Faults["token"] = Fault.Wait(gate.Task);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await Deadline.UntilAsync(() => rig.Provider.Count("token") == 2, "the refresh is under way");

        var stopped = StopAsync(rig, seconds: 20);
        await Deadline.UntilAsync(async () => (await rig.Gateway.ProbeAsync("/readyz")).Status == 503, "SIGTERM has come");
        Assert.Equal(200, await rig.StatusAsync());
        Assert.Equal(1, await rig.OpenRefreshesAsync());
        rig.Clock.Advance(TimeSpan.FromSeconds(25));
        await rig.LoggedAsync("has not answered the refresh");
        Assert.False(stopped.IsCompleted, "the process waits for the provider");
        gate.SetResult();
        await stopped;

        await RefreshesAgainAsync(rig, 2);
        Assert.Equal(0, await rig.OpenRefreshesAsync());
    }

    [Theory]
    [InlineData("20", 0)]
    [InlineData("60", 1)]
    public async Task Refresh_begins_after_SIGTERM_only_while_there_is_time_for_an_answer_of_25_s(string timeout, int refreshes)
    {
        await using var rig = await RefreshRig.StartAsync(Once, new Dictionary<string, string> { ["SHUTDOWN_TIMEOUT"] = timeout });
        using var upload = await RawClient.ConnectAsync(rig.Gateway.Address);
        await upload.SendAsync($"POST /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\nCookie: authservice_session={rig.Session}\r\nContent-Length: 2000\r\n\r\n{new string('a', 1000)}");
        await Deadline.UntilAsync(async () => (await rig.Gateway.ProbeAsync("/metrics")).Text.Contains("authgateway_requests_open{otel_scope_name=\"AuthGateway\"} 1", StringComparison.Ordinal), "an upload keeps the process");
        rig.Clock.Advance(TimeSpan.FromSeconds(590));
        var stopped = StopAsync(rig, seconds: 20);
        await Deadline.UntilAsync(async () => (await rig.Gateway.ProbeAsync("/readyz")).Status == 503, "SIGTERM has come");

        Assert.Equal(200, await rig.StatusAsync());
        await rig.SettledAsync();

        Assert.Equal(refreshes, rig.Provider.Refreshes);
        await upload.SendAsync(new string('a', 1000));
        Assert.Equal(200, (await upload.ReadAsync())!.Status);
        await stopped;
        await RefreshesAgainAsync(rig, refreshes + 1);
    }

    [Fact]
    public async Task Answer_that_does_not_come_in_time_is_broken_off_and_said()
    {
        await using var rig = await RefreshRig.StartAsync(Once, new Dictionary<string, string> { ["SHUTDOWN_TIMEOUT"] = "1" });
        rig.Provider.Faults["token"] = Fault.Wait(new TaskCompletionSource().Task);
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await Deadline.UntilAsync(() => rig.Provider.Count("token") == 2, "the refresh is under way");

        await StopAsync(rig, seconds: 15);

        Assert.Contains("1 refresh(es) had no answer of the provider before the end and are broken off", rig.Gateway.Log.Text, StringComparison.Ordinal);
        Assert.Contains("SHUTDOWN_TIMEOUT", rig.Gateway.Log.Text, StringComparison.Ordinal);
    }

    private static Task StopAsync(RefreshRig rig, int seconds) => rig.Gateway.BeginStopAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>The next process goes on with what the last one stored.</summary>
    private static async Task RefreshesAgainAsync(RefreshRig rig, int count)
    {
        rig.Provider.Faults.Clear();
        await rig.Gateway.RestartAsync();
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(count);
        Assert.Equal(200, await rig.StatusAsync());
        Assert.False(rig.Provider.Logins.Last().IsDead);
    }
}
