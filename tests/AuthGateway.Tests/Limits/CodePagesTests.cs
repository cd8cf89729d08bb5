using AuthGateway.Limits.MemoryUse;
using Microsoft.Extensions.Time.Testing;

namespace AuthGateway.Tests.Limits;

public sealed class CodePagesTests
{
    [Theory]
    [InlineData("7f00-7f80 r-xp 00001000 08:01 1234      /usr/lib/libc.so.6", true)]
    [InlineData("7f00-7f80 r-xp 00001000 08:01 1234      /opt/a b/auth-gateway.dll", true)]
    [InlineData("7f00-7f80 r--s 00001000 08:01 1234      /opt/auth-gateway.dll", true)]
    [InlineData("7f00-7f80 rw-p 00001000 08:01 1234      /usr/lib/libc.so.6", false)]
    [InlineData("7f00-7f80 rw-s 00001000 08:01 1234      /data/data.db-shm", false)]
    [InlineData("7f00-7f80 rwxp 00001000 08:01 1234      /usr/lib/libc.so.6", false)]
    [InlineData("7f00-7f80 ---p 00001000 08:01 1234      /usr/lib/libc.so.6", false)]
    [InlineData("7f00-7f80 r-xs 00001000 00:01 1234      /memfd:doublemapper (deleted)", false)]
    [InlineData("7f00-7f80 r-xp 00000000 00:00 0", false)]
    [InlineData("7f00-7f80 r-xp 00000000 00:00 0         [vdso]", false)]
    public void Only_unchanged_pages_of_files_are_read_again(string line, bool expected)
    {
        var mapping = MemoryMapping.TryParse(line)!.Value.With("Rss:  96 kB").With("Anonymous:   0 kB").With("Swap:  0 kB");

        Assert.Equal((0x7f00, 0x80, 96 * 1024), ((int)mapping.Start, (int)mapping.Length, (int)mapping.Resident));
        Assert.Equal(expected, mapping.IsReadAgain);
        Assert.False(mapping.With("Anonymous:   4 kB").IsReadAgain);
        Assert.False(mapping.With("Swap:   4 kB").IsReadAgain);
        Assert.False(MemoryMapping.TryParse(line)!.Value.With("Rss:  96 kB").With("Swap: 0 kB").IsReadAgain);
        Assert.False(MemoryMapping.TryParse(line)!.Value.With("Rss:  96 kB").With("Anonymous: 0 kB").IsReadAgain);
    }

    [Theory]
    [InlineData("Rss:                 100 kB")]
    [InlineData("VmFlags: rd ex mr mw me sd")]
    [InlineData("")]
    [InlineData("7f00 r-xp 0 0 0 /a")]
    [InlineData("-7f00 r-xp 0 0 0 /a")]
    [InlineData("7f00-xyz r-xp 0 0 0 /a")]
    public void Other_lines_begin_no_mapping(string line) => Assert.Null(MemoryMapping.TryParse(line));

    [Fact]
    public void Pages_go_at_the_second_call_and_the_process_goes_on()
    {
        var clock = new FakeTimeProvider();
        var pages = new CodePages(clock);
        Assert.Equal(0, pages.Return());
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, pages.Return());
        clock.Advance(TimeSpan.FromSeconds(0.1));
        var before = Resident();

        var returned = pages.Return();

        Assert.InRange(Resident(), 1, before / 2);
        Assert.InRange(returned, before / 2, long.MaxValue);
        Assert.Equal("still here", string.Join(' ', "still", "here"));
    }

    [Fact]
    public void System_without_such_a_file_is_not_changed() => Assert.Empty(CodePages.Read("/proc/self/no-such-file"));

    private static long Resident() =>
        CodePages.Read("/proc/self/smaps").Where(mapping => mapping.IsReadAgain).Sum(mapping => mapping.Resident);
}
