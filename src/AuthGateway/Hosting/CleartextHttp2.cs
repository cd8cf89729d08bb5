using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using AuthGateway.Http;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AuthGateway.Hosting;

/// <summary>
/// Serves HTTP/2 without TLS and HTTP/1.1 on one port, for clients that start with the connection
/// preface (RFC 9113 §3.3, §3.4). Kestrel supports both on one port only where TLS negotiated
/// HTTP/2. A connection that starts with the preface is therefore presented to Kestrel as such a
/// connection.
/// </summary>
internal static class CleartextHttp2
{
    /// <summary>
    /// How long a connection may send nothing before it is closed: 130 s, Kestrel's own idle limit.
    /// </summary>
    private static readonly TimeSpan PrefaceTimeout = TimeSpan.FromSeconds(130);

    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    public static void Accept(ListenOptions listen, StrangerGate gate)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => connection => ServeAsync(connection, next, gate));
    }

    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, StrangerGate gate)
    {
        bool isHttp2;
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed))
        {
            limit.CancelAfter(PrefaceTimeout);
            try
            {
                isHttp2 = await BeginsWithPrefaceAsync(connection.Transport.Input, limit.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (!isHttp2)
        {
            await next(connection);
            return;
        }

        connection.Features.Set<ITlsConnectionFeature>(Negotiated.Instance);
        connection.Features.Set<ITlsApplicationProtocolFeature>(Negotiated.Instance);
        StrangerTransport.Use(connection, ClientConnection.Of(connection.Features), gate);
        var served = next(connection);

        // The protocol is chosen before the first wait. For all other code the connection is not
        // TLS.
        connection.Features.Set<ITlsConnectionFeature>(null);
        await served;
    }

    // Consumes nothing: the next reader sees the same bytes.
    private static async Task<bool> BeginsWithPrefaceAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var length = (int)Math.Min(buffer.Length, Preface.Length);
            var begins = buffer.Slice(0, length).ToArray().AsSpan().SequenceEqual(Preface.AsSpan(0, length));
            if (!begins || length == Preface.Length || result.IsCompleted)
            {
                input.AdvanceTo(buffer.Start);
                return begins && length == Preface.Length;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private sealed class Negotiated : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public static readonly Negotiated Instance = new();

        public X509Certificate2? ClientCertificate
        {
            get => null;
            set => throw new NotSupportedException();
        }

        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult<X509Certificate2?>(null);
    }
}
