using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Model;
using AuthGateway.Sessions;

namespace AuthGateway.Pipeline;

/// <summary>
/// One public host per instance: a visit without a session on another host is first sent to the same path there, without a cookie; the same visit
/// again within seconds means that a proxy rewrites Host. Where the client's address is not known, many people look the same: then three times.
/// </summary>
internal sealed class PublicHostRule(UrlOptions urls, PublicScheme scheme, ClientAddress address, TimeProvider time)
{
    private static readonly TimeSpan LoopWindow = TimeSpan.FromSeconds(5);
    private const int Capacity = 2_000;
    private readonly ConcurrentDictionary<UInt128, (DateTimeOffset At, int Times)> _sent = new();

    public PublicHostVerdict Judge(AccessRequest request)
    {
        if (urls.PublicOrigin is not { } origin || SameHost(origin, scheme.RequestedHost(request)))
        {
            return PublicHostVerdict.Right.Instance;
        }

        var now = time.GetUtcNow();
        var client = address.Of(request);
        var visit = VisitOf(request, client?.ToString());
        var times = _sent.TryGetValue(visit, out var before) && now - before.At < LoopWindow ? before.Times : 0;
        if (times >= (client is null ? 3 : 1))
        {
            return PublicHostVerdict.Loop.Instance;
        }

        Remember(visit, now, times + 1);
        return new PublicHostVerdict.SendTo(origin + request.Target.Raw);
    }

    private void Remember(UInt128 visit, DateTimeOffset now, int times)
    {
        if (_sent.Count >= Capacity)
        {
            foreach (var (old, sent) in _sent)
            {
                if (now - sent.At >= LoopWindow)
                {
                    _sent.TryRemove(old, out _);
                }
            }
        }

        // Full of young ones: a loop is seen later, nothing else.
        if (_sent.Count < Capacity)
        {
            _sent[visit] = (now, times);
        }
    }

    private static UInt128 VisitOf(AccessRequest request, string? client) =>
        BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes($"{client}|{request.Headers.UserAgent}|{request.Host}|{request.Target.Raw}")));

    private static bool SameHost(string origin, string host)
    {
        var https = origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        return string.Equals(WithoutDefaultPort(origin[(origin.IndexOf("//", StringComparison.Ordinal) + 2)..], https), WithoutDefaultPort(host, https), StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutDefaultPort(string host, bool https)
    {
        var suffix = https ? ":443" : ":80";
        return host.EndsWith(suffix, StringComparison.Ordinal) ? host[..^suffix.Length] : host;
    }
}

internal abstract record PublicHostVerdict
{
    private PublicHostVerdict()
    {
    }

    internal sealed record Right : PublicHostVerdict
    {
        public static Right Instance { get; } = new();
    }

    internal sealed record SendTo(string Address) : PublicHostVerdict;

    internal sealed record Loop : PublicHostVerdict
    {
        public static Loop Instance { get; } = new();
    }
}
