using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// What somebody without a session tries against the published binary, within a pod's memory and 1,024 files: the process lives, a live session's requests on new
/// connections, logins and both probes are answered meanwhile, and the memory comes back (G1, U1 to U4, U9). <c>AUTHGATEWAY_FLOOD_MATRIX</c> (<c>1</c>, or attacks by name) takes
/// both sizes, all doors and both kinds of completions instead, and demands the time.
/// </summary>
public sealed class StrangerFloodTests(GatewayBinary binary)
{
    internal static readonly string[] Matrix = (Environment.GetEnvironmentVariable("AUTHGATEWAY_FLOOD_MATRIX") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    internal static readonly int Samples = Matrix.Length > 0 ? 100 : 24;

    /// <summary>A machine that does other things too drops some in the first second of a flood.</summary>
    private static readonly double LeastGood = Matrix.Length > 0 ? 0.99 : 0.9;

    /// <summary>Attack, connections and door, as the lines write them.</summary>
    internal static readonly (string Attack, int Connections, FloodDoor[] Doors)[] Lines =
    [
        ("silent", 1290, [FloodDoor.Plain, FloodDoor.Check, FloodDoor.Tls]),
        ("half-tls", 1290, [FloodDoor.Tls]),
        ("unread", 928, [FloodDoor.Plain, FloodDoor.Check]),
        ("unfinished", 1200, [FloodDoor.Plain]),
        ("slow-body", 1200, [FloodDoor.Plain]),
        ("slow-read", 400, [FloodDoor.Plain]),
        ("chunks", 32, [FloodDoor.Plain]),
        ("pipelining", 32, [FloodDoor.Plain, FloodDoor.Check]),
        ("visits", 32, [FloodDoor.Plain]),
        ("cookies", 32, [FloodDoor.Plain, FloodDoor.Check]),
        ("bearers", 32, [FloodDoor.Plain, FloodDoor.Check]),
        ("parameters", 32, [FloodDoor.Plain]),
        ("connects", 32, [FloodDoor.Plain, FloodDoor.Check]),
        ("requests", 32, [FloodDoor.Plain]),
        ("handshakes", 32, [FloodDoor.Tls]),
        ("callback", 500, [FloodDoor.Plain]),
        ("par", 40, [FloodDoor.Plain]),
        ("bomb-h2", 31, [FloodDoor.Tls, FloodDoor.H2c, FloodDoor.CheckTls]),
        ("public-bomb-h2", 31, [FloodDoor.Tls]),
        ("trailers-h2", 31, [FloodDoor.Tls]),
        ("open-block-h2", 31, [FloodDoor.Tls]),
        ("continuations-h2", 31, [FloodDoor.Tls]),
        ("unread-h2", 40, [FloodDoor.Tls, FloodDoor.H2c, FloodDoor.CheckTls]),
        ("unread-page-h2", 40, [FloodDoor.Tls]),
        ("slow-read-h2", 40, [FloodDoor.Tls]),
        ("unfinished-h2", 12, [FloodDoor.Tls, FloodDoor.H2c]),
        ("tokens-h2", 40, [FloodDoor.Tls, FloodDoor.CheckTls]),
        ("bodies-h2", 400, [FloodDoor.Tls, FloodDoor.H2c, FloodDoor.CheckTls]),
        ("public-bodies-h2", 400, [FloodDoor.H2c]),
        ("tiny-data-h2", 32, [FloodDoor.Tls]),
        ("resets-h2", 32, [FloodDoor.Tls, FloodDoor.CheckTls]),
        ("public-resets-h2", 32, [FloodDoor.Tls]),
        ("requests-h2", 32, [FloodDoor.Tls, FloodDoor.CheckTls]),
        ("index-0-h2", 32, [FloodDoor.H2c]),
        ("pings-h2", 32, [FloodDoor.Tls, FloodDoor.H2c, FloodDoor.CheckTls]),
        ("settings-h2", 32, [FloodDoor.H2c]),
        ("windows-h2", 32, [FloodDoor.H2c]),
        ("priorities-h2", 32, [FloodDoor.H2c]),
    ];

    public static TheoryData<string, int, FloodDoor, bool> Cases
    {
        get
        {
            if (Matrix.Length > 0)
                return [.. from line in Lines where Matrix.Contains("1") || Matrix.Contains(line.Attack) from door in line.Doors from times in new[] { 1, 3 } select new TheoryDataRow<string, int, FloodDoor, bool>(line.Attack, line.Connections * times, door, true)];
            return new()
            {
                { "silent", 3870, FloodDoor.Plain, true },
                { "half-tls", 1290, FloodDoor.Tls, true },
                { "unread", 928, FloodDoor.Check, true },
                { "unfinished", 1200, FloodDoor.Plain, false },
                { "pipelining", 32, FloodDoor.Plain, true },
                { "bomb-h2", 93, FloodDoor.Tls, true },
                { "trailers-h2", 31, FloodDoor.H2c, true },
                { "unfinished-h2", 12, FloodDoor.Tls, true },
                { "tokens-h2", 40, FloodDoor.H2c, false },
                { "pings-h2", 32, FloodDoor.Tls, true },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Strangers_use_nothing_up(string attack, int connections, FloodDoor door, bool isInline)
    {
        await using var gateway = await FloodedGateway.StartAsync(
            binary, door, isInline, attack == "par" ? TakePushedRequests : null, attack == "par" ? [("OIDC_PAR", "always")] : []);
        if (attack == "callback")
            gateway.Provider.Faults["token"] = SlowProvider;
        var row = await FloodRow.MeasureAsync(gateway, attack, connections, Samples);
        var (traffic, before, peak, after) = row;
        row.Print($"{attack} × {connections} at {door}{(isInline ? "" : ", no inline completions")}", Pod.Highest(gateway.Process.Id));
        Assert.True(traffic.Good >= traffic.Asked * LeastGood, $"{traffic}\n{gateway.Process.Log}");
        // A login needs the provider, and its places are full of strangers' logins there.
        Assert.True(attack == "par" || traffic.GoodLogins >= traffic.Logins * 0.9, $"{traffic}\n{gateway.Process.Log}");
        Assert.True(traffic.GoodProbes >= traffic.Probes * LeastGood, $"{traffic}\n{gateway.Process.Log}");
        Assert.True(after <= 1.5 * before, $"memory stays at {after:0} MiB, {before:0} before");
        Assert.True(Matrix.Length == 0 || traffic.InTime >= traffic.Asked * 0.99, $"{traffic}");
        Assert.True(peak < Pod.MemoryMiB, $"{peak} MiB");
        Assert.DoesNotContain("crit:", gateway.Process.Log, StringComparison.Ordinal);
        if (attack is "callback" or "par")
            Assert.InRange(gateway.Provider.Count(attack == "par" ? "par" : "token"), 2, 150);
        Assert.DoesNotContain("look at the disk", gateway.Process.Log, StringComparison.Ordinal);
    }

    private static Task<bool> SlowProvider(HttpContext context) => Fault.Wait(Task.Delay(TimeSpan.FromSeconds(8)))(context);

    /// <summary>Pushed authorization requests (RFC 9126) are answered after 8 s; the first at once, for the login before the flood.</summary>
    private static void TakePushedRequests(FakeProvider provider)
    {
        provider.EditDiscovery = document => document["pushed_authorization_request_endpoint"] = provider.Issuer + "/par";
        provider.Faults["par"] = context => provider.Count("par") > 1 ? SlowProvider(context) : Task.FromResult(false);
    }
}
