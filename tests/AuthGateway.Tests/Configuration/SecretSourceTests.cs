using AuthGateway.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace AuthGateway.Tests.Configuration;

public sealed class SecretSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_is_trimmed_and_wins_over_the_value()
    {
        File.WriteAllText(_folder.File("secret"), "  from-file\n");

        var result = KubeflowEnvironments.Read("1.8", "CLIENT_SECRET_FILE=" + _folder.File("secret"));

        Assert.Equal(["from-file"], result.Options!.Provider.ClientSecrets.Current);
        Assert.Contains(result.Warnings, warning => warning.StartsWith("CLIENT_SECRET: CLIENT_SECRET_FILE is set too", StringComparison.Ordinal));
        Assert.DoesNotContain("from-file", string.Join('\n', [.. result.Effective, .. result.Warnings]), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_or_empty_file_is_an_error()
    {
        File.WriteAllText(_folder.File("empty"), "\n");

        Assert.StartsWith("CLIENT_SECRET_FILE:", Assert.Single(KubeflowEnvironments.Read("1.8", "CLIENT_SECRET_FILE=" + _folder.File("absent")).Errors), StringComparison.Ordinal);
        Assert.StartsWith("CLIENT_SECRET_FILE:", KubeflowEnvironments.Read("1.8", "CLIENT_SECRET_FILE=" + _folder.File("empty")).Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_gives_the_newest_first_and_leaves_out_the_mounts_own_links()
    {
        Write("a", "oldest", hour: 1);
        Write("c", "newest", hour: 3);
        Write("b", "middle", hour: 2);
        Write("..data", "hidden", hour: 4);

        Assert.Equal(["newest", "middle", "oldest"], SecretSource.FromPath(_folder.Path).Current);
    }

    [Fact]
    public void Files_of_one_moment_are_ordered_by_their_number()
    {
        Write("secret-2", "two", hour: 1);
        Write("secret-10", "ten", hour: 1);

        Assert.Equal(["ten", "two"], SecretSource.FromPath(_folder.Path).Current);
    }

    [Theory]
    [InlineData("new-secret old-secret")]
    [InlineData("new-secret\r\nold-secret\n")]
    [InlineData(" new-secret,\told-secret")]
    public void File_of_a_setting_with_several_secrets_holds_several(string text)
    {
        Write("secret", text, hour: 1);

        Assert.Equal(["new-secret", "old-secret"], SecretSource.FromPath(_folder.File("secret"), new SecretSource.Shape(HasSeveral: true, LeastBytes: 0)).Current);
        Assert.Equal([text.Trim()], SecretSource.FromPath(_folder.File("secret")).Current);
    }

    [Fact]
    public void File_that_became_too_short_keeps_its_last_content()
    {
        Write("secret", "long-enough-secret", hour: 1);
        var source = SecretSource.FromPath(_folder.File("secret"), new SecretSource.Shape(HasSeveral: true, LeastBytes: 10), _clock);
        Write("secret", "long-enough-secret short", hour: 2);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["long-enough-secret"], source.Current);
    }

    [Fact]
    public void Change_is_seen_after_five_seconds_and_a_vanished_file_keeps_its_last_content()
    {
        Write("secret", "first", hour: 1);
        var source = SecretSource.FromPath(_folder.File("secret"), time: _clock);
        Write("secret", "second", hour: 2);

        Assert.Equal(["first"], source.Current);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["second"], source.Current);

        File.Delete(_folder.File("secret"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["second"], source.Current);
        Assert.Equal("***", source.ToString());
    }

    private void Write(string name, string text, int hour)
    {
        File.WriteAllText(_folder.File(name), text);
        File.SetLastWriteTimeUtc(_folder.File(name), new DateTime(2026, 1, 1, hour, 0, 0, DateTimeKind.Utc));
    }
}
