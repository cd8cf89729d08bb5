using System.Diagnostics;
using System.Globalization;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;
using AuthGateway.Sessions.Store.Redis;
using AuthGateway.Sessions.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace AuthGateway.Benchmarks.Harness;

/// <summary><c>store [--rows N] [--bytes N] [--only sqlite|redis] [--markdown FILE]</c>: SQLite in a folder of its own, and redis-server from the PATH when it is there.</summary>
internal static class StoreScaleRun
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (rows, bytes, only, markdown) = (1_000_000, 1500, "", (string?)null);
        foreach (var option in arguments.Chunk(2))
        {
            (rows, bytes, only, markdown) = option switch
            {
                ["--rows", var value] => (int.Parse(value, null), bytes, only, markdown),
                ["--bytes", var value] => (rows, int.Parse(value, null), only, markdown),
                ["--only", var value] => (rows, bytes, value, markdown),
                ["--markdown", var value] => (rows, bytes, only, value),
                _ => throw new ArgumentException("Options: --rows N, --bytes N, --only sqlite|redis, --markdown FILE."),
            };
        }

        var tables = new List<string>();
        if (only != "redis")
        {
            tables.Add(Table("SQLite", await SqliteAsync(rows, bytes)));
        }

        if (only != "sqlite" && Programs.OnPath("redis-server") is { } server)
        {
            tables.Add(Table("Redis", await RedisAsync(server, rows, bytes)));
        }

        var text = $"{rows:N0} sessions, {bytes} sealed bytes each.\n\n{string.Join('\n', tables)}";
        Console.WriteLine(text);
        if (markdown is not null)
        {
            await File.WriteAllTextAsync(markdown, text);
        }

        return 0;
    }

    private static async Task<StoreScale> SqliteAsync(int rows, int bytes)
    {
        var folder = Directory.CreateTempSubdirectory("auth-gateway-scale-");
        try
        {
            var options = new AuthGateway.Configuration.SessionOptions { StorePath = Path.Combine(folder.FullName, "data.db"), Secrets = SecretSource.Empty };
            var scale = new StoreScale("SQLite", () => new SqliteSessionStore(options, TimeProvider.System), rows, bytes);
            await scale.RunAsync();
            foreach (var file in folder.GetFiles())
            {
                scale.Add("file " + file.Name, $"{file.Length / 1048576} MiB");
            }

            return scale;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<StoreScale> RedisAsync(string server, int rows, int bytes)
    {
        var port = ChildProcess.FreePort();
        var folder = Directory.CreateTempSubdirectory("auth-gateway-scale-");
        try
        {
            var start = new ProcessStartInfo(server, ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", folder.FullName]) { RedirectStandardOutput = true };
            await using var process = await ChildProcess.StartAsync(start, new Dictionary<string, string>(), port);
            await using var connection = new RedisConnection(new RedisOptions { Configuration = SecretSource.FromValues($"127.0.0.1:{port}") }, TimeProvider.System, AuthGateway.Outgoing.Connector.System);
            var scale = new StoreScale("Redis", () => new RedisSessionStore(connection, TimeProvider.System, NullLogger<RedisSessionStore>.Instance), rows, bytes);
            await scale.RunAsync();
            await using var ask = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},allowAdmin=true");
            var memory = (await ask.GetServers()[0].InfoAsync("memory")).SelectMany(group => group).First(fact => fact.Key == "used_memory").Value;
            scale.Add("memory of redis-server after the sweep", $"{long.Parse(memory, null) / 1048576} MiB");
            return scale;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Table(string name, StoreScale scale) =>
        $"| {name} | |\n|---|---|\n{string.Concat(scale.Figures.Select(figure => $"| {figure.Key} | {figure.Value} |\n"))}";
}
