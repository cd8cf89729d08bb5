using System.Security.Cryptography;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Http;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Pipeline;

/// <summary>
/// The header that every forwarded request carries, so that an upstream address which leads back here is recognised. <c>Via</c> (RFC 9110 §7.6.3) is not used:
/// servers stop compressing for requests that have it. All replicas of one gateway write the same value; another gateway writes another.
/// </summary>
internal sealed class HopMark
{
    public const string Name = "X-AuthGateway-Hop";

    /// <summary>An application behind us may ask us again with the headers it was given, but not more often than this: 3 times.</summary>
    public const int MostHops = 3;

    private readonly string[] _values;

    public HopMark(GatewayOptions options)
    {
        var who = $"{options.Urls.PublicOrigin}|{options.Urls.Prefix}|{options.Provider.ClientId}";
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(who)).AsSpan(0, 4));
        _values = [.. Enumerable.Range(1, MostHops + 1).Select(hops => $"{id}-{hops}")];
    }

    /// <summary>How often the request has passed this gateway already; 0 for one that comes from outside.</summary>
    public int Read(StringValues mark) => mark.Count == 0 ? 0 : Array.IndexOf(_values, mark.ToString()) + 1;

    /// <summary>What goes upstream with a request that has passed <paramref name="hops"/> times before.</summary>
    public string After(int hops) => _values[Math.Min(hops, MostHops)];
}
