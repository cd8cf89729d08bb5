using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Conventions;

/// <summary>House rules that a reader relies on, checked on the source text.</summary>
public class ConventionTests
{
    // Lower rooms first; a room may know those of a lower or the same line.
    private static readonly string[][] Order =
    [
        ["Configuration", "Model"], ["Pages", "Observability", "Outgoing", "Limits"], ["Sessions"], ["Oidc"], ["Authentication"], ["Authorization"], ["Pipeline"], ["Proxy", "Endpoints"], ["Cli"],
    ];

    private static readonly string Root = FindRoot();

    private static IReadOnlyDictionary<string, string> Sources { get; } = Directory
        .GetFiles(Path.Combine(Root, "src", "AuthGateway"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .ToDictionary(path => Path.GetRelativePath(Path.Combine(Root, "src", "AuthGateway"), path).Replace('\\', '/'), File.ReadAllText);

    [Fact]
    public void Namespace_is_the_folder() => Assert.All(
        Sources.Where(source => Regex.IsMatch(source.Value, "^namespace ", RegexOptions.Multiline)),
        source => Assert.Contains($"namespace {string.Join('.', ["AuthGateway", .. source.Key.Split('/')[..^1]])};", source.Value, StringComparison.Ordinal));

    [Fact]
    public void Rooms_know_each_other_only_downwards()
    {
        var upward =
            from source in Sources
            let level = LevelOf(source.Key.Split('/')[0])
            where level >= 0
            from Match use in Regex.Matches(source.Value, @"\bAuthGateway\.([A-Z][A-Za-z]+)\b")
            where LevelOf(use.Groups[1].Value) > level
            select $"{source.Key} knows {use.Groups[1].Value}";

        Assert.Empty(upward.Distinct());
    }

    [Fact]
    public void Every_room_has_its_place() => Assert.Empty(Sources.Keys.Where(path => path.Contains('/', StringComparison.Ordinal)).Select(path => path.Split('/')[0]).Distinct().Except(Order.SelectMany(line => line)));

    [Fact]
    public void Files_stay_readable() => Assert.Empty(Sources.Where(source => source.Value.Count(c => c == '\n') >= 220).Select(source => source.Key));

    [Theory]
    [InlineData(@"\.Wait\(\)", "blocks a thread")]
    [InlineData(@"GetAwaiter\(\)\.GetResult\(\)", "blocks a thread")]
    [InlineData(@"\bDateTime(Offset)?\.(Utc)?Now\b", "time comes from TimeProvider")]
    [InlineData(@"\bnew Random\b|\bRandom\.Shared\b", "randomness comes from RandomNumberGenerator")]
    [InlineData(@"\basync void\b", "an exception would end the process")]
    [InlineData(@"\bPeriodicTimer\b|\bnew Timer\b|\.CreateTimer\b|: IHostedService\b", "background work is a SupervisedService")]
    [InlineData(@"\bTODO\b", "half-done work is no work")]
    public void Source_holds_none_of(string pattern, string why) => Assert.True(
        !Sources.Any(source => Regex.IsMatch(source.Value, pattern)),
        $"{why}: {string.Join(", ", Sources.Where(source => Regex.IsMatch(source.Value, pattern)).Select(source => source.Key))}");

    [Fact]
    public void Result_of_a_task_is_read_only_where_the_same_statement_saw_it_completed() => Assert.Empty(
        from source in Sources
        from Match use in Regex.Matches(source.Value, @"[^;]*\b(\w+)\.Result\b(?!\()")
        where !use.Value.Contains(use.Groups[1].Value + ".IsCompletedSuccessfully", StringComparison.Ordinal)
        select source.Key);

    [Fact]
    public void Work_that_nobody_waits_for_is_started_by_the_supervisor() => Assert.Equal(
        ["Observability/Supervisor.cs", "Oidc/TokenRefresher.cs", "Sessions/OpenExchanges.cs"], // the last two catch everything themselves
        Sources.Where(source => Regex.IsMatch(source.Value, @"\b_ = [\w.]+Async\(")).Select(source => source.Key).Order(StringComparer.Ordinal));

    private static int LevelOf(string room) => Array.FindIndex(Order, line => line.Contains(room));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthGateway.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Not inside the repository.");
    }
}
