namespace AuthGateway.Benchmarks.Harness;

internal sealed record GatewayPorts(int Main, int Probe, int Web)
{
    public static GatewayPorts Pick() =>
        new(ChildProcess.FreePort(), ChildProcess.FreePort(), ChildProcess.FreePort());
}
