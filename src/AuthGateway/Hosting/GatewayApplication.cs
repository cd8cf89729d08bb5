using AuthGateway.Http;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Hosting;

/// <summary>
/// The application that Kestrel calls for each request, in place of ASP.NET Core's hosting layer:
/// no activity, no diagnostic events and no request metrics of the framework, and the state of the
/// connection is looked up once (docs/decisions/direct-server.md). Kestrel logs an unhandled
/// exception and answers with an empty 500.
/// </summary>
internal sealed class GatewayApplication(
    ExchangeDelegate handler, StrangerGate strangers, IServiceScopeFactory scopes) : IHttpApplication<Exchange>
{
    public Exchange CreateContext(IFeatureCollection contextFeatures)
    {
        // Kestrel keeps the container's content for the next request of this connection (or of the
        // HTTP/2 stream that is reused).
        var container = contextFeatures as IHostContextContainer<Exchange>;
        if (container?.HostContext is { } used && ReferenceEquals(used.Features, contextFeatures))
        {
            return used;
        }

        var exchange = new Exchange(ClientConnection.Of(contextFeatures), contextFeatures, scopes);
        container?.HostContext = exchange;
        return exchange;
    }

    public Task ProcessRequestAsync(Exchange context)
    {
        context.Connection.Begin();
        return context.Connection.HasShownIdentity ? handler(context) : HandleStrangerAsync(context);
    }

    public void DisposeContext(Exchange context, Exception? exception)
    {
        if (context.HeaderBytes > 0)
        {
            strangers.Release(context.Connection, context.Features, context.HeaderBytes);
            context.HeaderBytes = 0;
        }

        context.End();
    }

    private Task HandleStrangerAsync(Exchange exchange)
    {
        var isAdmitted = strangers.Admits(exchange.Connection, exchange.Features, out var bytes);
        exchange.HeaderBytes = bytes;
        if (!isAdmitted)
        {
            return Task.CompletedTask;
        }

        var begun = Environment.TickCount64;
        var answer = handler(exchange);
        // Pipelined requests would otherwise all be answered in one go, on a thread that serves
        // other sockets too.
        return answer.IsCompletedSuccessfully
            && exchange.Connection.IsDueToYield(strangers.AnswersInARow, Environment.TickCount64 - begun)
            ? strangers.TurnAsync(exchange.Connection)
            : answer;
    }
}
