namespace AuthGateway.Tests.Limits;

/// <summary>Questions that several tests of limits ask.</summary>
internal static class LimitRig
{
    /// <summary>What a limit did so far, from <c>/metrics</c>.</summary>
    public static async Task<long> ReachedAsync(GatewayRig rig, string limit)
    {
        var line = (await rig.ProbeAsync("/metrics")).Text.Split('\n').FirstOrDefault(line => line.StartsWith("authgateway_limits_reached_total{", StringComparison.Ordinal) && line.Contains($"limit=\"{limit}\"", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Sends; a peer that has closed takes nothing.</summary>
    public static async Task TrySendAsync(RawClient client, string text)
    {
        try
        {
            await client.SendAsync(text);
        }
        catch (IOException)
        {
            // Closed.
        }
    }

    /// <summary>True when the peer has closed the connection.</summary>
    public static async Task<bool> IsClosedAsync(RawClient client)
    {
        try
        {
            return await client.Reader.LineAsync().WaitAsync(TimeSpan.FromSeconds(10)) is null;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
