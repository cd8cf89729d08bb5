using AuthGateway.Configuration;
using AuthGateway.Limits;

namespace AuthGateway.Tests.Limits;

/// <summary>Limits follow the files and the memory of the process.</summary>
public class ProcessLimitsTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(1024, 384, 400, 400, 128)]
    [InlineData(256, 384, 32, 32, 32)]
    [InlineData(65536, 384, 6144, 33856, 256)]
    [InlineData(1048576, 64, 1024, 38976, 256)]
    public void Limits_fit_the_process(int files, long memory, int connections, int upstream, int strangers)
    {
        var limits = new ProcessLimits(new LimitOptions(), files, memory * MiB);

        Assert.Equal((connections, upstream, strangers), (limits.Connections, limits.Upstream, limits.StrangerUpstream));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Clients_and_upstreams_together_leave_the_reserve(int files)
    {
        var limits = new ProcessLimits(new LimitOptions(), files, 16L * 1024 * MiB);

        Assert.True(limits.Connections + limits.Upstream + ProcessLimits.ReservedFiles <= files, $"{limits.Connections} + {limits.Upstream}");
    }

    [Fact]
    public void What_the_operator_chose_counts()
    {
        var limits = new ProcessLimits(new LimitOptions { Connections = 9, StrangerUpstream = 3, StrangerHeaderBytesTotal = 70_000 }, 1024, 384 * MiB);

        Assert.Equal((9, 3, 70_000L), (limits.Connections, limits.StrangerUpstream, limits.StrangerHeaderBytesTotal));
    }
}
