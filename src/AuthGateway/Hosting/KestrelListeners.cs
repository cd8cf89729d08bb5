using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Endpoints.ExtAuthz;
using AuthGateway.Http;
using AuthGateway.Limits;
using AuthGateway.Limits.Connections;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Hosting;

/// <summary>
/// Configures Kestrel's listeners. On proxied routes no limit of Kestrel may interrupt a notebook
/// connection. The header limits are slightly above Envoy's (60 KiB, 100 lines).
/// </summary>
internal static class KestrelListeners
{
    /// <summary>
    /// Envoy keeps idle check connections for one hour. Closing one during a request gives the user
    /// a 403.
    /// </summary>
    private static readonly TimeSpan CheckKeepAlive = TimeSpan.FromMinutes(65);

    public static void Open(
        KestrelServerOptions kestrel, ServerOptions server, ConnectionTable connections, StrangerGate gate)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = server.AcceptsCleartextHttp2;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 128;
        kestrel.Limits.MaxRequestLineSize = 62 * 1024;
        kestrel.Limits.MaxRequestBufferSize = server.Limits.Input;
        kestrel.RequestHeaderEncodingSelector = static name =>
            name == HeaderNames.ContentLength ? ContentLengthEncoding.Instance : Encoding.Latin1;
        // Null selects Kestrel's own ASCII encoder, which is faster. This header is long and always
        // ASCII.
        kestrel.ResponseHeaderEncodingSelector = static name =>
            ReferenceEquals(name, HeadersToRemove.Header) ? null : Encoding.Latin1;
        var mainIsCheck = !server.IsInline && server.ExtAuthzPort is null;
        if (mainIsCheck || server.ExtAuthzPort is not null)
        {
            kestrel.Limits.KeepAliveTimeout = CheckKeepAlive;
        }

        Listen(
            kestrel,
            connections,
            gate,
            server.Hostname,
            server.Port,
            mainIsCheck ? ListenerKind.ExtAuthz : ListenerKind.Main,
            listen => UseHttp2(listen, server, gate));
        if (server.ExtAuthzPort is { } checks)
        {
            Listen(kestrel, connections, gate, server.Hostname, checks, ListenerKind.ExtAuthz);
        }

        Listen(kestrel, connections, gate, null, server.ProbePort, ListenerKind.Probe);
        Listen(kestrel, connections, gate, server.Hostname, server.WebPort, ListenerKind.Web);
        if (server.MetricsPort != server.ProbePort)
        {
            Listen(kestrel, connections, gate, null, server.MetricsPort, ListenerKind.Metrics);
        }
    }

    private static void Listen(
        KestrelServerOptions kestrel,
        ConnectionTable connections,
        StrangerGate gate,
        string? host,
        int port,
        ListenerKind kind,
        Action<ListenOptions>? more = null)
    {
        var address = host switch
        {
            null or "" or "*" or "0.0.0.0" or "::" => port == 0 ? IPAddress.Loopback : IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.TryParse(host, out var parsed) ? parsed : Dns.GetHostAddresses(host)[0],
        };
        if (address.Equals(IPAddress.IPv6Any) && !System.Net.Sockets.Socket.OSSupportsIPv6)
        {
            address = IPAddress.Any;
        }

        kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                var client = new ClientConnection(kind, GetPeer(connection.RemoteEndPoint));
                connection.Features.Set(client);
                return connections.HoldAsync(connection, client, next);
            });
            more?.Invoke(listen);
            listen.Use(next => connection =>
            {
                StrangerInput.Use(connection, gate);
                return next(connection);
            });
        });
    }

    private static IPAddress? GetPeer(EndPoint? remote) =>
        remote is not IPEndPoint peer
            ? null
            : peer.Address.IsIPv4MappedToIPv6
            ? peer.Address.MapToIPv4()
            : peer.Address;

    private static void UseHttp2(ListenOptions listen, ServerOptions server, StrangerGate gate)
    {
        UseTls(listen, server);
        listen.Use(next => connection =>
        {
            var client = ClientConnection.Of(connection.Features);
            client.IsTls = connection.Features.Get<ITlsConnectionFeature>() is not null;
            var protocol = connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol;
            if (protocol is { } negotiated && negotiated.Span.SequenceEqual("h2"u8))
            {
                StrangerTransport.Use(connection, client, gate);
            }

            return next(connection);
        });
        if (server is { AcceptsCleartextHttp2: true, TlsCertFile: null })
        {
            CleartextHttp2.Accept(listen, gate);
        }
    }

    private static void UseTls(ListenOptions listen, ServerOptions server)
    {
        if (server.TlsCertFile is null || server.TlsKeyFile is null)
        {
            return;
        }

        listen.Protocols = HttpProtocols.Http1AndHttp2;
        var certificate = new ReloadingCertificate(server.TlsCertFile, server.TlsKeyFile);
        listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Current);
    }
}
