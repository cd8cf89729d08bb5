using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Sessions;

public class StoreFaultTests
{
    [Fact]
    public async Task Locked_file_keeps_public_paths_open_and_answers_in_time()
    {
        await using var rig = await GatewayRig.StartAsync();
        var session = rig.SessionOf(await rig.LogInAsync());
        await rig.RestartAsync();
        using var connection = new SqliteConnection($"Data Source={rig.StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();

        var answer = await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session).WaitAsync(TimeSpan.FromSeconds(5));

        Assert.True(answer.Status is 200 or 503, $"{answer}");
        Assert.DoesNotContain(answer.SetCookies, line => line.StartsWith("authservice_session", StringComparison.Ordinal));
        Assert.Equal(200, (await rig.SendAsync("GET", "/public/x")).Status);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
    }

    [Fact]
    public async Task Garbage_in_place_of_the_file_leaves_it_alone_and_says_so()
    {
        using var folder = new TempFolder();
        var path = folder.File("data.db");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("this is no database. ", 500)));
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SESSION_STORE_PATH"] = path }, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(path, StringComparison.Ordinal), "the file is named");

        Assert.Equal(503, (await rig.ProbeAsync("/readyz")).Status);
        await VisitEndsHereAsync(rig);
        Assert.StartsWith("this is no database", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
    }

    [Theory]
    [InlineData("", "is a folder; name a file in it")]
    [InlineData("file/data.db", "which is a file and no folder")]
    public async Task Path_that_can_be_no_file_is_said_as_what_it_is(string path, string reason)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("file"), "");
        var settings = new Dictionary<string, string> { ["SESSION_STORE_PATH"] = Path.Combine(folder.Path, path) };
        await using var rig = await GatewayRig.StartAsync(settings: settings, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains(reason, StringComparison.Ordinal), "the reason stands in /readyz");

        await VisitEndsHereAsync(rig);
    }

    [Fact]
    public async Task Unwritable_path_is_up_but_not_ready_with_uid_gid_mode_and_owner()
    {
        // Where nobody may make a file, root neither.
        var settings = new Dictionary<string, string> { ["SESSION_STORE_PATH"] = "/proc/auth-gateway/data.db" };
        await using var rig = await GatewayRig.StartAsync(settings: settings, waitUntilReady: false);

        await Deadline.UntilAsync(async () => (await rig.ProbeAsync("/readyz")).Text.Contains("uid", StringComparison.Ordinal), "the reason stands in /readyz");

        var ready = await rig.ProbeAsync("/readyz");
        Assert.Equal(503, ready.Status);
        Assert.All(["uid", "gid", "mode", "owned by"], word => Assert.Contains(word, ready.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(503, (await rig.ProbeAsync("/")).Status);
        Assert.Equal(200, (await rig.ProbeAsync("/healthz")).Status);
    }

    // Nobody types a password in vain: the provider is not asked.
    private static async Task VisitEndsHereAsync(GatewayRig rig)
    {
        var answer = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/start");

        Assert.Equal((503, "unavailable", null), (answer.Status, answer.ErrorCode, answer.Location));
        Assert.Equal(0, rig.Provider.Count("authorize"));
    }
}
