using System.Globalization;
using System.Security.Cryptography;
using AuthGateway.SystemTests.Parts;
using Microsoft.Data.Sqlite;

namespace AuthGateway.SystemTests.Stores;

/// <summary>The gateway is killed at random moments under load: what was acknowledged is there afterwards, and the file is sound.</summary>
public sealed class CrashTests(GatewayBinary binary)
{
    /// <summary><c>AUTHGATEWAY_CRASH_ROUNDS</c>, default 5.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("AUTHGATEWAY_CRASH_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 5;

    [Fact]
    public async Task Killed_gateway_loses_no_acknowledged_login_and_no_logout()
    {
        await using var provider = await FakeProvider.StartAsync();
        using var upstream = new EchoUpstream();
        await using var gateway = await StoreGateway.StartAsync(binary, provider, upstream);
        var (alive, ended, slowest) = (0, 0, TimeSpan.Zero);
        for (var round = 0; round < Rounds; round++)
        {
            var load = new LoginLoad([gateway]);
            await Deadline.UntilAsync(() => Task.FromResult(load.Alive.Count > 10), TimeSpan.FromSeconds(20), () => $"ten logins\n{load}\n{gateway.Log}", 5);
            await Task.Delay(RandomNumberGenerator.GetInt32(0, 800));
            await gateway.StopAsync(signal: 9);
            await load.StopAsync();
            await gateway.StartAgainAsync();
            var ready = await gateway.WaitUntilReadyAsync(TimeSpan.FromSeconds(30));
            slowest = ready > slowest ? ready : slowest;

            await ExpectAsync(gateway, load.Alive, 200, $"round {round}: a login that was acknowledged");
            await ExpectAsync(gateway, load.Ended, 401, $"round {round}: a logout that was acknowledged");
            Assert.Equal("ok", Integrity(gateway.StorePath));
            (alive, ended) = (alive + load.Alive.Count, ended + load.Ended.Count);
            provider.Calls.Clear();
            provider.Secrets.Clear();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} kills, {alive} acknowledged logins all there, {ended} acknowledged logouts all ended, ready again after {slowest.TotalSeconds:0.00} s at most");
        Assert.True(alive > Rounds);
    }

    private static async Task ExpectAsync(GatewayProcess gateway, IEnumerable<string> sessions, int status, string what)
    {
        foreach (var session in sessions)
            Assert.True(await StoreGateway.AskAsync(gateway, session) == status, $"{what} did not answer {status}\n{gateway.Log}");
    }

    private static string Integrity(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadWrite;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }
}
