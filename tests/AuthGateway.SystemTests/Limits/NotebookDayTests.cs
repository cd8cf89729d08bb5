using System.Diagnostics;
using System.Globalization;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// The published binary in a pod's limits while strangers flood it again and again: nothing of a session is cut. Sockets are idle while the gateway's clock goes on by an hour (its
/// timers run in real time). <c>AUTHGATEWAY_NOTEBOOK_DAY</c> (<c>1</c>, or attacks by name) takes uploads of 100 MB and silences of a minute: 17 minutes for each attack.
/// </summary>
public sealed class NotebookDayTests(GatewayBinary binary)
{
    private const int Minutes = 60;
    private static readonly string[] Day = (Environment.GetEnvironmentVariable("AUTHGATEWAY_NOTEBOOK_DAY") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
    private static readonly NotebookSizes Sizes = Day.Length > 0 ? NotebookSizes.Full : NotebookSizes.Short;
    private static readonly (string Attack, int Connections, FloodDoor Door)[] Floods = [("silent", 1290, FloodDoor.Plain), ("bomb-h2", 31, FloodDoor.Tls)];

    /// <summary>A flood is begun anew after this time: the gateway closes what it holds.</summary>
    private static readonly TimeSpan Wave = Day.Length > 0 ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(8);

    public static TheoryData<string, int, FloodDoor> Cases =>
        [.. from flood in Floods where Day.Length == 0 || Day.Contains("1") || Day.Contains(flood.Attack) select new TheoryDataRow<string, int, FloodDoor>(flood.Attack, flood.Connections, flood.Door)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Nothing_of_a_session_is_cut_on_a_notebook_day_beside_a_flood(string attack, int connections, FloodDoor door)
    {
        using var folder = new TempFolder("day");
        var clock = new ShiftedClock();
        await using var upstream = await NotebookUpstream.StartAsync(Sizes);
        await using var gateway = await FloodedGateway.StartAsync(binary, door, isInline: true, provider => Endless(provider, clock), [.. Settings(upstream, clock, folder)]);
        using var people = new NotebookPeople(gateway, Sizes);
        await people.OpenSocketsAsync();
        Assert.Equal(NotebookSizes.Sockets, await people.EchoAsync("good morning"));
        var day = Stopwatch.StartNew();
        // The flood begins in the same second as the work.
        var (uploads, events) = Begin(people);
        await using var floods = new FloodWaves(attack, connections, gateway, Wave);
        var browser = people.Client();
        var downloads = Enumerable.Range(0, NotebookSizes.Downloads).Select(_ => people.DownloadAsync(browser)).ToList();
        const int all = NotebookSizes.Sockets + NotebookSizes.Uploads + 1 + NotebookSizes.Downloads;
        await Deadline.UntilAsync(() => Task.FromResult(upstream.Begun == all), TimeSpan.FromSeconds(20), () => $"{all} under way, {upstream.Begun} are\n{gateway.Process.Log}");

        for (var minute = 0; minute < Minutes; minute++)
        {
            await Task.Delay(Sizes.Duration / Minutes * 0.8);
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        var uploaded = await Task.WhenAll(uploads);
        var downloaded = await Task.WhenAll(downloads);
        var heard = await events;
        var (open, echoed) = (people.OpenSockets, await people.EchoAsync("good night"));

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"DAY {attack} × {connections} at {door}, {floods.Begun} times in {day.Elapsed.TotalSeconds:0} s: sockets open {open}, echoing {echoed} of {NotebookSizes.Sockets}; uploads of {Sizes.UploadBytes} bytes whole {uploaded.Count(IsUpload)} of {uploaded.Length}; downloads of {Sizes.DownloadPieces * NotebookSizes.DownloadPiece} bytes whole {downloaded.Count(IsDownload)} of {downloaded.Length}; events {Sizes.Events}, whole {heard == Events}; RSS MiB highest {gateway.Process.MemoryMiB("VmHWM"):0}; cgroup {Pod.Highest(gateway.Process.Id):0}"));
        Assert.All(uploaded, answer => Assert.Equal(Upload, answer));
        Assert.All(downloaded, answer => Assert.Equal(Download, answer));
        Assert.Equal(Events, heard);
        Assert.Equal(NotebookSizes.Sockets, echoed);
        Assert.Equal(200, await gateway.AskAsync());
        Assert.Contains("Limit ", gateway.Process.Log, StringComparison.Ordinal);
        Assert.True(gateway.Process.MemoryMiB("VmHWM") < Pod.MemoryMiB);
    }

    private static string Upload { get; } = PacedContent.Sum(Sizes.UploadBytes, NotebookSizes.UploadPiece);

    private static string Download { get; } = PacedContent.Sum(Sizes.DownloadPieces * NotebookSizes.DownloadPiece, NotebookSizes.DownloadPiece);

    private static string Events { get; } = string.Concat(Enumerable.Range(0, Sizes.Events).Select(NotebookSizes.Event));

    private static bool IsUpload(string answer) => answer == Upload;

    private static bool IsDownload(string answer) => answer == Download;

    // Neither the session nor its tokens end within the day.
    private static void Endless(FakeProvider provider, ShiftedClock clock)
    {
        provider.Clock = clock;
        provider.Refresh = new RefreshRules { AccessSeconds = 86_400, IdTokenSeconds = 86_400 };
    }

    private static List<(string Name, string Value)> Settings(NotebookUpstream upstream, ShiftedClock clock, TempFolder folder)
    {
        var environment = new Dictionary<string, string> { ["UPSTREAM_URL"] = upstream.Address.AbsoluteUri, ["SESSION_MAX_AGE"] = "168h" };
        clock.ShareIn(folder.File("clock"));
        Preload.Clock(environment, folder.File("clock"));
        return [.. environment.Select(setting => (setting.Key, setting.Value))];
    }

    private static (List<Task<string>> Uploads, Task<string> Events) Begin(NotebookPeople people) =>
        ([.. Enumerable.Range(0, NotebookSizes.Uploads).Select(_ => people.UploadAsync())], people.ListenAsync());
}
