using System.Collections.Concurrent;
using AuthGateway.Http;
using AuthGateway.Limits.Connections;
using AuthGateway.Observability;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AuthGateway.Limits.Http2;

/// <summary>
/// What the requests under way on HTTP/2 connections of strangers may hold, each connection and all together. When all together hold too much, the connection that holds
/// most is closed for one that holds less: whoever comes with one request is served. A connection that has shown a session never comes here.
/// </summary>
internal sealed class StrangerGate
{
    private const int RefusedStream = 0x7;
    private const int EnhanceYourCalm = 0xb;
    private const int MostRefusals = 4;

    /// <summary>Kestrel's cost of a header beside its text (RFC 9113 §10.5.1 counts 32).</summary>
    private const int Overhead = 32;

    /// <summary>As much as one head may be.</summary>
    private const int OneHead = 64 * 1024;

    private readonly ProcessLimits _limits;
    private readonly LimitReport _report;
    private readonly ConnectionTable _connections;
    private readonly StrangerTurns _turns = new();
    private long _headerBytes;
    private int _requests;

    public StrangerGate(ProcessLimits limits, LimitReport report, ConnectionTable connections, GatewayMetrics metrics)
    {
        _limits = limits;
        _report = report;
        _connections = connections;
        metrics.Watch("authgateway.strangers.requests", "HTTP/2 requests under way of connections that have shown no session.", () => Requests);
        metrics.Watch("authgateway.strangers.header_bytes", "Decoded header bytes that these hold.", () => HeaderBytes);
    }

    /// <summary>Decoded header bytes under way, of all strangers.</summary>
    public long HeaderBytes => Interlocked.Read(ref _headerBytes);

    /// <summary>HTTP/2 requests under way, of all strangers.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Answers without a wait after which a connection lets others have their turn.</summary>
    public int AnswersInARow => _limits.AnswersInARow;

    /// <summary>Lets others go first.</summary>
    public async Task TurnAsync() => await _turns.Next;

    /// <summary>For one connection.</summary>
    public StrangerPace NewPace() => new(_limits.ControlFrames, _report);

    /// <summary>True while a further request of this connection would meet a limit of its own.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="unseen">Its requests that have not come to <see cref="Admits"/> yet.</param>
    public bool IsFull(ClientConnection connection, int unseen) =>
        connection.Requests + unseen >= _limits.StrangerStreams || connection.HeaderBytes > _limits.StrangerHeaderBytes - Math.Min(OneHead, _limits.StrangerHeaderBytes / 2);

    /// <summary>False when the request was refused. What it holds is given back by <see cref="Release"/>.</summary>
    public bool Admits(ClientConnection connection, IFeatureCollection features, out int held)
    {
        held = 0;
        if (features.Get<IHttpResetFeature>() is not { } stream)
        {
            // HTTP/1 has one request at a time, within its own limits.
            return true;
        }

        if (connection.Requests > _limits.StrangerStreams)
        {
            return Refuse(connection, features, stream, RefusedStream, LimitTable.Streams);
        }

        held = BytesOf(features.Get<IHttpRequestFeature>()!);
        var total = Interlocked.Add(ref _headerBytes, held);
        var requests = Interlocked.Increment(ref _requests);
        if (connection.AddHeaderBytes(held) > _limits.StrangerHeaderBytes)
        {
            return Refuse(connection, features, stream, EnhanceYourCalm, LimitTable.HeaderBytes);
        }

        if (total > _limits.StrangerHeaderBytesTotal && !MakesRoom(connection, total, _limits.StrangerHeaderBytesTotal, static client => client.HeaderBytes, LimitTable.HeaderBytesTotal))
        {
            return Refuse(connection, features, stream, EnhanceYourCalm, LimitTable.HeaderBytesTotal);
        }

        return requests <= _limits.StrangerRequests || MakesRoom(connection, requests, _limits.StrangerRequests, static client => client.Requests, LimitTable.Requests)
            || Refuse(connection, features, stream, RefusedStream, LimitTable.Requests);
    }

    /// <summary>The request has ended.</summary>
    public void Release(ClientConnection connection, IFeatureCollection features, int held)
    {
        if (connection.Trailers is { } trailers && features.Get<IHttp2StreamIdFeature>() is { } stream && trailers.TryRemove(stream.StreamId, out var more))
        {
            held += more;
        }

        Interlocked.Decrement(ref _requests);
        Interlocked.Add(ref _headerBytes, -held);
        connection.AddHeaderBytes(-held);
    }

    /// <summary>Trailers count until their request ends, as much as they can be at most. False when the connection must be closed for them.</summary>
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

        return total <= _limits.StrangerHeaderBytesTotal || MakesRoom(connection, total, _limits.StrangerHeaderBytesTotal, static client => client.HeaderBytes, LimitTable.HeaderBytesTotal);
    }

    /// <summary>Nothing more is read from this connection.</summary>
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

    // Closes the connection that holds most, unless that is the one which asks for more. What is being closed counts as given back, up to twice the bound.
    private bool MakesRoom(ClientConnection asking, long now, long bound, Func<ClientConnection, long> held, Limit limit)
    {
        if (asking.Requests > 1 && now > 2 * bound)
        {
            return false;
        }

        OpenConnection? largest = null;
        var most = held(asking);
        var closing = 0L;
        foreach (var other in _connections.Served)
        {
            var holds = other.Client is { IsHttp2: true, HasShownIdentity: false } ? held(other.Client) : 0;
            if (other.IsClosing)
            {
                closing += holds;
            }
            else if (holds > most)
            {
                (largest, most) = (other, holds);
            }
        }

        if (now - closing <= bound)
        {
            return true;
        }

        if (largest is null)
        {
            return false;
        }

        _report.Reached(limit);
        largest.Abort("Of all connections without a session it holds most, and together they hold too much (ENHANCE_YOUR_CALM).");
        return true;
    }

    private bool Refuse(ClientConnection connection, IFeatureCollection features, IHttpResetFeature stream, int code, Limit limit)
    {
        _report.Reached(limit);
        stream.Reset(code);
        // The texts of a refused request stay in the connection's pool of streams for some seconds: few are enough.
        if (limit == LimitTable.HeaderBytes || (code == EnhanceYourCalm && connection.Refuse() > MostRefusals))
        {
            features.Get<IConnectionLifetimeFeature>()?.Abort();
        }

        return false;
    }

    private static int BytesOf(IHttpRequestFeature request)
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
