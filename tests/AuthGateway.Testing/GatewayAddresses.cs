using AuthGateway.Hosting;

namespace AuthGateway.Testing;

/// <summary>Where one run of the gateway listens.</summary>
internal sealed record GatewayAddresses(Uri Main, Uri Probe, Uri Web, Uri? ExtAuthz)
{
    public static GatewayAddresses Of(GatewayServer server) => new(server.MainAddress, server.ProbeAddress, server.WebAddress, server.ExtAuthzAddress);
}
