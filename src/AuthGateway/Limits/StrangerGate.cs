using AuthGateway.Model;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Limits;

/// <summary>What the requests under way on HTTP/2 connections of strangers may hold. A connection that has shown a session never comes here.</summary>
internal sealed class StrangerGate(ProcessLimits limits, LimitReport report)
{
    private const int RefusedStream = 0x7;
    private const int EnhanceYourCalm = 0xb;
    private const int MostRefusals = 4;

    /// <summary>Kestrel's cost of a header beside its text (RFC 9113 §10.5.1 counts 32).</summary>
    private const int Overhead = 32;

    private long _headerBytes;

    /// <summary>Decoded header bytes under way, of all strangers.</summary>
    public long HeaderBytes => Interlocked.Read(ref _headerBytes);

    /// <summary>False when the request was refused. What it holds is given back by <see cref="Release"/>.</summary>
    public bool Admits(ClientConnection connection, IFeatureCollection features, out int held)
    {
        held = 0;
        if (features.Get<IHttpResetFeature>() is not { } stream)
        {
            // HTTP/1 has one request at a time, within its own limits.
            return true;
        }

        if (connection.Requests > limits.StrangerStreams)
        {
            return Refuse(connection, features, stream, RefusedStream, LimitTable.Streams);
        }

        held = BytesOf(features.Get<IHttpRequestFeature>()!);
        var total = Interlocked.Add(ref _headerBytes, held);
        var own = connection.AddHeaderBytes(held);
        if (own <= limits.StrangerHeaderBytes && total <= limits.StrangerHeaderBytesTotal)
        {
            return true;
        }

        return Refuse(connection, features, stream, EnhanceYourCalm, own > limits.StrangerHeaderBytes ? LimitTable.HeaderBytes : LimitTable.HeaderBytesTotal);
    }

    /// <summary>The request has ended.</summary>
    public void Release(ClientConnection connection, int held)
    {
        Interlocked.Add(ref _headerBytes, -held);
        connection.AddHeaderBytes(-held);
    }

    private bool Refuse(ClientConnection connection, IFeatureCollection features, IHttpResetFeature stream, int code, Limit limit)
    {
        report.Reached(limit);
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
