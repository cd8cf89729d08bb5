using System.Security.Cryptography;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Http;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Pipeline;

/// <summary>
/// The header of every forwarded request that detects an upstream address which leads back to the
/// gateway. <c>Via</c> (RFC 9110 §7.6.3) is not used, because servers disable compression for
/// requests that have it. All replicas of one gateway write the same value; another gateway writes
/// another.
/// </summary>
internal sealed class HopMark
{
    public const string Name = "X-AuthGateway-Hop";

    /// <summary>
    /// How often a request may pass the gateway: 3 times. An application behind the gateway may
    /// call it again with the headers it received.
    /// </summary>
    public const int MostHops = 3;

    private readonly string[] _values;

    public HopMark(GatewayOptions options)
    {
        var who = $"{options.Urls.PublicOrigin}|{options.Urls.Prefix}|{options.Provider.ClientId}";
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(who)).AsSpan(0, 4));
        _values = [.. Enumerable.Range(1, MostHops + 1).Select(hops => $"{id}-{hops}")];
    }

    /// <summary>
    /// Returns how often the request has passed this gateway. 0 for a request from outside.
    /// </summary>
    public int Read(StringValues mark) => mark.Count == 0 ? 0 : Array.IndexOf(_values, mark.ToString()) + 1;

    /// <summary>
    /// Returns the value for a request that has passed <paramref name="hops"/> times before.
    /// </summary>
    public string After(int hops) => _values[Math.Min(hops, MostHops)];
}
