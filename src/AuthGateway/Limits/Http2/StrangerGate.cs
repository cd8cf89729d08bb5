using System.Collections.Concurrent;
using AuthGateway.Http;
using AuthGateway.Observability;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AuthGateway.Limits.Http2;

/// <summary>
/// Limits the open requests on HTTP/2 connections of strangers, per connection and in total. When
/// the total is reached, the connection that holds most is closed for one that holds less, so that
/// a client with a single request is served. Connections that have shown a session are not limited.
/// </summary>
internal sealed class StrangerGate
{
    private const int RefusedStream = 0x7;
    private const int EnhanceYourCalm = 0xb;
    private const int MostRefusals = 4;

    /// <summary>Cost of a header field in addition to its text, as in RFC 9113 §10.5.1.</summary>
    private const int Overhead = 32;

    /// <summary>Largest request head.</summary>
    private const int LargestHead = 64 * 1024;

    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private readonly LargestStranger _largest;
    private readonly StrangerScheduler _turns = new();
    private long _headerBytes;
    private int _requests;

    public StrangerGate(
        ProcessLimits limits,
        LimitReport report,
        LargestStranger largest,
        GatewayMetrics metrics)
    {
        _limits = limits;
        _report = report;
        _largest = largest;
        metrics.Watch(
            "authgateway.strangers.requests",
            "HTTP/2 requests under way of connections that have shown no session.",
            () => Requests);
        metrics.Watch("authgateway.strangers.header_bytes", "Decoded header bytes that these hold.", () => HeaderBytes);
    }

    /// <summary>Decoded header bytes of the open requests of all strangers.</summary>
    public long HeaderBytes => Interlocked.Read(ref _headerBytes);

    /// <summary>Open HTTP/2 requests of all strangers.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Responses without a wait after which a connection yields to others.</summary>
    public int AnswersInARow => _limits.AnswersInARow;

    /// <summary>Waits for the turn of this connection.</summary>
    public async Task TurnAsync() => await _turns.Next;

    /// <summary>
    /// Waits for the turn of a connection. Those of the ports of probes and metrics wait for the
    /// thread pool alone, not for strangers.
    /// </summary>
    public Task TurnAsync(ClientConnection connection) =>
        connection.Listener is ListenerKind.Probe or ListenerKind.Metrics ? PoolTurn.TakeAsync() : TurnAsync();

    /// <summary>Creates the frame rate limit of one connection.</summary>
    public StrangerPace NewPace() => new(_limits.ControlFrames, _report, TurnAsync);

    /// <summary>True while a further request would exceed a limit of this connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="unseen">Its requests that have not reached <see cref="Admits"/> yet.</param>
    public bool IsFull(ClientConnection connection, int unseen) =>
        connection.Requests + unseen >= _limits.StrangerStreams
            || connection.HeaderBytes
                > _limits.StrangerHeaderBytes - Math.Min(LargestHead, _limits.StrangerHeaderBytes / 2);

    /// <summary>
    /// Counts a request; false when it was refused. <see cref="Release"/> must follow.
    /// </summary>
    public bool Admits(ClientConnection connection, IFeatureCollection features, out int held)
    {
        held = 0;
        if (features.Get<IHttpResetFeature>() is not { } stream)
        {
            // HTTP/1.1 has one request at a time, within the limits of the server.
            return true;
        }

        if (connection.Requests > _limits.StrangerStreams)
        {
            return Refuse(connection, features, stream, RefusedStream, LimitTable.Streams);
        }

        held = CountBytes(features.Get<IHttpRequestFeature>()!);
        var total = Interlocked.Add(ref _headerBytes, held);
        var requests = Interlocked.Increment(ref _requests);
        if (connection.AddHeaderBytes(held) > _limits.StrangerHeaderBytes)
        {
            return Refuse(connection, features, stream, EnhanceYourCalm, LimitTable.HeaderBytes);
        }

        if (total > _limits.StrangerHeaderBytesTotal
            && !TryReleaseHeaderBytes(connection, total))
        {
            return Refuse(connection, features, stream, EnhanceYourCalm, LimitTable.HeaderBytesTotal);
        }

        return requests <= _limits.StrangerRequests
            || _largest.TryClose(
                connection, requests, _limits.StrangerRequests, static client => client.Requests, LimitTable.Requests)
            || Refuse(connection, features, stream, RefusedStream, LimitTable.Requests);
    }

    /// <summary>Removes an ended request from the counts.</summary>
    public void Release(ClientConnection connection, IFeatureCollection features, int held)
    {
        if (connection.Trailers is { } trailers
            && features.Get<IHttp2StreamIdFeature>() is { } stream
            && trailers.TryRemove(stream.StreamId, out var more))
        {
            held += more;
        }

        Interlocked.Decrement(ref _requests);
        Interlocked.Add(ref _headerBytes, -held);
        connection.AddHeaderBytes(-held);
    }

    /// <summary>
    /// Counts trailers, by their largest possible size, until their request ends. False when the
    /// connection must be closed.
    /// </summary>
    public bool HoldTrailers(ClientConnection connection, uint stream, int bytes)
    {
        var trailers = connection.Trailers ??= new ConcurrentDictionary<int, int>();
        trailers.AddOrUpdate((int)stream, static (_, add) => add, static (_, before, add) => before + add, bytes);
        var total = Interlocked.Add(ref _headerBytes, bytes);
        if (connection.AddHeaderBytes(bytes) > _limits.StrangerHeaderBytes)
        {
            _report.Reached(LimitTable.HeaderBytes);
            return false;
        }

        return total <= _limits.StrangerHeaderBytesTotal
            || TryReleaseHeaderBytes(connection, total);
    }

    /// <summary>Removes all trailers of a connection that is no longer read.</summary>
    public void ReleaseTrailers(ClientConnection connection)
    {
        foreach (var stream in connection.Trailers?.Keys ?? [])
        {
            if (connection.Trailers!.TryRemove(stream, out var bytes))
            {
                Interlocked.Add(ref _headerBytes, -bytes);
                connection.AddHeaderBytes(-bytes);
            }
        }
    }

    private bool TryReleaseHeaderBytes(ClientConnection asking, long total) => _largest.TryClose(
        asking,
        total,
        _limits.StrangerHeaderBytesTotal,
        static client => client.HeaderBytes,
        LimitTable.HeaderBytesTotal);

    private bool Refuse(
        ClientConnection connection, IFeatureCollection features, IHttpResetFeature stream, int code, Limit limit)
    {
        _report.Reached(limit);
        stream.Reset(code);
        // The texts of refused requests stay in the connection's stream pool for seconds, so only a
        // few are accepted.
        if (limit == LimitTable.HeaderBytes || (code == EnhanceYourCalm && connection.Refuse() > MostRefusals))
        {
            features.Get<IConnectionLifetimeFeature>()?.Abort();
        }

        return false;
    }

    private static int CountBytes(IHttpRequestFeature request)
    {
        var bytes = request.RawTarget.Length + Overhead;
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                bytes += name.Length + (value?.Length ?? 0) + Overhead;
            }
        }

        return bytes;
    }
}
