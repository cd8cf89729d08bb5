using System.Text.Json;
using AuthGateway.Hosting;

namespace AuthGateway.Tests.Connections;

public sealed class SocketCompletionsTests
{
    [Theory]
    [InlineData(null, "1")]
    [InlineData("", "1")]
    [InlineData("0", "0")]
    [InlineData("1", "1")]
    public void Program_prefers_inline_completion_and_the_environment_wins(string? given, string expected)
    {
        var before = Environment.GetEnvironmentVariable(SocketCompletions.Variable);
        try
        {
            Environment.SetEnvironmentVariable(SocketCompletions.Variable, given);
            SocketCompletions.PreferInline();
            Assert.Equal(expected, Environment.GetEnvironmentVariable(SocketCompletions.Variable));
        }
        finally
        {
            Environment.SetEnvironmentVariable(SocketCompletions.Variable, before);
        }
    }

    [Fact]
    public void Main_prefers_it_before_anything_else()
    {
        var lines = Repository.Read("src/AuthGateway/Program.cs").ReplaceLineEndings("\n").Split('\n');
        var first = lines.First(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal));
        Assert.Equal("SocketCompletions.PreferInline();", first);
    }

    [Fact]
    public void Idle_threads_of_the_pool_do_not_spin()
    {
        var file = Path.Combine(Path.GetDirectoryName(typeof(SocketCompletions).Assembly.Location)!, "auth-gateway.runtimeconfig.json");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var properties = document.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.Equal(0, properties.GetProperty("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit").GetInt32());
    }
}
