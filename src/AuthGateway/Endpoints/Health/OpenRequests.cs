using AuthGateway.Limits.Connections;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Connections;

namespace AuthGateway.Endpoints.Health;

/// <summary>The requests in progress, for the drain.</summary>
internal sealed class OpenRequests(SessionCache sessions, ConnectionTable connections)
{
    /// <summary>The client connections that are open now.</summary>
    public List<OpenConnection> Connections() => [.. connections.Served];

    /// <summary>Requests on these connections that end by themselves: no WebSocket, no event stream.</summary>
    public int Count(List<OpenConnection> old) =>
        old.Sum(connection => connection.Client.Requests) - Exchanges().Sum(exchanges => exchanges.Endless);

    /// <summary>Closes WebSockets and event streams cleanly.</summary>
    public Task CloseEndlessAsync() => Task.WhenAll(Exchanges().Select(exchanges => exchanges.LeaveAsync()));

    private IEnumerable<SessionConnections> Exchanges() => sessions
        .Walk()
        .Select(session => session.Exchanges)
        .Append(sessions.WithoutSession)
        .Where(exchanges => exchanges.Any);
}
