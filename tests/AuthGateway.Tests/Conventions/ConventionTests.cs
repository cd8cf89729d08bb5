using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Conventions;

/// <summary>Rules that a reader relies on, checked on the source text.</summary>
public class ConventionTests
{
    private static IReadOnlyDictionary<string, string> Sources { get; } = SourceModel.Files.ToDictionary(file => file.Key, file => file.Value.ToString());

    [Fact]
    public void Namespace_is_the_folder() => Assert.All(
        Sources.Where(source => Regex.IsMatch(source.Value, "^namespace ", RegexOptions.Multiline)),
        source => Assert.Contains($"namespace {string.Join('.', ["AuthGateway", .. source.Key.Split('/')[..^1]])};", source.Value, StringComparison.Ordinal));

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
        ["Observability/Supervisor.cs", "Oidc/Refresh/TokenRefresher.cs", "Sessions/Connections/SessionConnections.cs"], // the last two catch everything themselves
        Sources.Where(source => Regex.IsMatch(source.Value, @"\b_ = [\w.]+Async\(")).Select(source => source.Key).Order(StringComparer.Ordinal));
}
