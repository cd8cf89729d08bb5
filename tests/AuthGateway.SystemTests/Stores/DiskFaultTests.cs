using System.Globalization;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// The disk below the SQLite file: full (the process may write no file beyond a size, as a full volume would have it) and read-only (the process may
/// not write although it owns the file). Neither needs a mount.
/// </summary>
public sealed class DiskFaultTests(GatewayBinary binary)
{
    [Fact]
    public async Task Full_disk_refuses_logins_keeps_sessions_and_heals()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        // .NET maps its own code by files otherwise, which the limit would stop.
        await using var gateway = await StartAsync(provider, upstream, "trap '' XFSZ; ulimit -S -f 1000", ("DOTNET_EnableWriteXorExecute", "0"));
        var sessions = new List<string>();
        var status = 200;
        while (status == 200)
        {
            (var session, status) = await StoreGateway.LogInAsync(gateway);
            if (status == 200)
                sessions.Add(session!);
            Assert.True(sessions.Count < 2000, "the disk never filled");
        }

        Assert.Equal(503, status);
        var asked = provider.Count("authorize");
        await Deadline.UntilAsync(async () => await StoreGateway.VisitAsync(gateway) is { Status: 503, Location: null }, TimeSpan.FromSeconds(12), () => $"a visit ends on the 503 page\n{gateway.Log}", 300);
        Assert.Equal(asked, provider.Count("authorize"));
        Assert.Equal(200, await StoreGateway.AskAsync(gateway, sessions[0]));
        Assert.Equal(200, await StoreGateway.AskAsync(gateway, sessions[^1]));
        Assert.Equal(201, await StoreGateway.LogOutAsync(gateway, sessions[1]));
        Assert.Equal(401, await StoreGateway.AskAsync(gateway, sessions[1]));
        await ChildProcess.RunAsync("prlimit", ["--pid", gateway.Id.ToString(CultureInfo.InvariantCulture), "--fsize=unlimited"]);
        await Deadline.UntilAsync(async () => (await StoreGateway.LogInAsync(gateway)).Status == 200, TimeSpan.FromSeconds(20), () => $"logins again\n{gateway.Log}", 200);
        await gateway.RestartAsync();
        foreach (var session in sessions.Where((_, i) => i != 1))
            Assert.Equal(200, await StoreGateway.AskAsync(gateway, session));
        TestContext.Current.TestOutputHelper?.WriteLine($"{sessions.Count} logins until the disk was full, all alive");
    }

    [Fact]
    public async Task Read_only_disk_is_unknown_and_says_who_owns_the_file()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        // Without these two rights root is held to file modes as everybody is.
        await using var gateway = await StartAsync(provider, upstream, "", [], Environment.UserName == "root" ? "setpriv --bounding-set=-dac_override,-dac_read_search" : "");
        var session = await StoreGateway.SessionAsync(gateway);
        await gateway.StopAsync();
        SetModes(gateway.StorePath, UnixFileMode.UserRead, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await gateway.StartAgainAsync();
        using var http = new HttpClient();
        var reason = "";
        await Deadline.UntilAsync(async () => (reason = await ReadyAsync(http, gateway)).Contains("SESSION_STORE_PATH", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => $"the reason in /readyz: {reason}\n{gateway.Log}");

        Assert.All(["uid", "gid", "mode", "owned by"], word => Assert.Contains(word, reason, StringComparison.Ordinal));
        Assert.Equal(503, await StoreGateway.AskAsync(gateway, session));
        Assert.Equal(503, (await StoreGateway.LogInAsync(gateway)).Status);
        Assert.Equal(503, await StoreGateway.LogOutAsync(gateway, session));

        SetModes(gateway.StorePath, UnixFileMode.UserRead | UnixFileMode.UserWrite, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await gateway.WaitUntilReadyAsync(TimeSpan.FromSeconds(20));
        await Deadline.UntilAsync(async () => (await StoreGateway.LogInAsync(gateway)).Status == 200, TimeSpan.FromSeconds(20), () => gateway.Log, 200);
    }

    private Task<GatewayProcess> StartAsync(FakeProvider provider, EchoUpstream upstream, string before, params (string Name, string Value)[] more) =>
        StartAsync(provider, upstream, before, more, "");

    private Task<GatewayProcess> StartAsync(FakeProvider provider, EchoUpstream upstream, string before, (string Name, string Value)[] more, string prefix) =>
        StoreGateway.StartAsync(binary, provider, upstream, $"#!/bin/sh\n{before}\nexec {prefix} \"$PROGRAM\" \"$@\"\n", more);

    private static void SetModes(string path, UnixFileMode file, UnixFileMode folder)
    {
        File.SetUnixFileMode(path, file);
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, folder);
    }

    private static async Task<string> ReadyAsync(HttpClient http, GatewayProcess gateway)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{gateway.ProbePort}/readyz"));
            return await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }
}
