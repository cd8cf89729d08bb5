namespace AuthGateway.Quickstart;

/// <summary>The three ports, all on loopback; 0 picks a free one.</summary>
/// <param name="Gateway"><c>--port</c>, default 8989.</param>
/// <param name="Provider"><c>--provider-port</c>, default 8988.</param>
/// <param name="App"><c>--app-port</c>, default 0.</param>
internal sealed record QuickstartPorts(int Gateway, int Provider, int App);
