namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// The floods of <see cref="StrangerFloodTests"/> against other programs in the same limits, with the same traffic beside them: figures for comparison, of which nothing is demanded
/// but that they were measured. <c>AUTHGATEWAY_FLOOD_PEERS</c> (<c>nginx,envoy,oauth2proxy</c>) names them, <c>AUTHGATEWAY_FLOOD_MATRIX</c> the attacks; without either nginx
/// meets silent connections, so that the measurement itself is tested.
/// </summary>
public sealed class PeerFloodTests
{
    private static readonly string[] Peers = (Environment.GetEnvironmentVariable("AUTHGATEWAY_FLOOD_PEERS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    public static TheoryData<FloodPeer, string, int, FloodDoor> Cases
    {
        get
        {
            if (Peers.Length == 0 || StrangerFloodTests.Matrix.Length == 0)
                return new() { { FloodPeer.Nginx, "silent", 1290, FloodDoor.Plain } };
            return
            [
                .. from name in Peers
                   let peer = Enum.Parse<FloodPeer>(name, ignoreCase: true)
                   from line in StrangerFloodTests.Lines
                   where StrangerFloodTests.Matrix.Contains("1") || StrangerFloodTests.Matrix.Contains(line.Attack)
                   where line.Attack != "callback"
                   from door in line.Doors
                   where Has(peer, door)
                   from times in new[] { 1, 3 }
                   select new TheoryDataRow<FloodPeer, string, int, FloodDoor>(peer, line.Attack, line.Connections * times, door),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Figures_of_another_program_under_the_same_flood(FloodPeer peer, string attack, int connections, FloodDoor door)
    {
        await using var target = await FloodedPeer.StartAsync(peer, door);
        var row = await FloodRow.MeasureAsync(target, attack, connections, StrangerFloodTests.Samples);
        row.Print($"{peer} {attack} × {connections} at {door}{(target.Process.HasExited ? ", ended" : "")}", Pod.Highest(target.Process.Id));
        Assert.True(row.Traffic.Asked >= StrangerFloodTests.Samples && row.Traffic.Probes == row.Traffic.Asked, $"{row.Traffic}");
        Assert.True(row.Before > 0 && row.Peak >= row.Before || target.Process.HasExited, $"{row}");
    }

    /// <summary>No peer has a listener for checks; oauth2-proxy has no HTTP/2 without TLS.</summary>
    private static bool Has(FloodPeer peer, FloodDoor door) => door is FloodDoor.Plain or FloodDoor.Tls || (door == FloodDoor.H2c && peer != FloodPeer.Oauth2Proxy);
}
