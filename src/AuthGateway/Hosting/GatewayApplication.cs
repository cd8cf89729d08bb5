using AuthGateway.Http;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Hosting;

/// <summary>What answers a request that came in on one of our ports.</summary>
internal delegate Task ExchangeDelegate(Exchange exchange);

/// <summary>
/// What Kestrel calls for each request, in place of ASP.NET Core's hosting layer: no activity, no diagnostic events, no request metrics of its own, and what is known of the
/// connection is looked up once (docs/decisions/direct-server.md). An error that nobody caught is logged by Kestrel and answered with an empty 500.
/// </summary>
internal sealed class GatewayApplication(ExchangeDelegate handler, StrangerGate strangers, IServiceScopeFactory scopes) : IHttpApplication<Exchange>
{
    public Exchange CreateContext(IFeatureCollection contextFeatures)
    {
        // Kestrel keeps what is put into the container for the next request of this connection (or of this HTTP/2 stream's successor).
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

        var answer = handler(exchange);
        // Requests that came in one piece would be answered in one go, on a thread that serves other sockets too.
        return answer.IsCompletedSuccessfully && exchange.Connection.IsDueToYield(strangers.AnswersInARow) ? strangers.TurnAsync() : answer;
    }
}

/// <summary>Kestrel, which calls <see cref="GatewayApplication"/> and not the application that the host built for it.</summary>
internal sealed class DirectServer(IServer kestrel, GatewayApplication gateway) : IServer
{
    public IFeatureCollection Features => kestrel.Features;

    /// <summary>Puts itself in front of the server that is registered.</summary>
    public static void Register(IServiceCollection services)
    {
        var kestrel = services.Single(service => service.ServiceType == typeof(IServer));
        services.Remove(kestrel);
        services.AddSingleton<IServer>(provider => new DirectServer(
            (IServer)(kestrel.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, kestrel.ImplementationType!)),
            new GatewayApplication(provider.GetRequiredService<ExchangeDelegate>(), provider.GetRequiredService<StrangerGate>(), provider.GetRequiredService<IServiceScopeFactory>())));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => kestrel.StartAsync(gateway, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => kestrel.StopAsync(cancellationToken);

    public void Dispose() => kestrel.Dispose();
}
