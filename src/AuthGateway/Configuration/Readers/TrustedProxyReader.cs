using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the networks whose forwarded headers are trusted.</summary>
internal static class TrustedProxyReader
{
    private const string Name = "TRUSTED_PROXIES";

    public static IReadOnlyList<IPNetwork> Read(SettingValues values)
    {
        var networks = new List<IPNetwork>();
        foreach (var piece in values.List(Name) ?? [])
        {
            if (Parse(piece) is not { } network)
            {
                values.Error(Name, $"'{piece}' is neither an address nor a network such as 10.0.0.0/8");
                continue;
            }

            networks.Add(network);
            // Two halves (0.0.0.0/1 and 128.0.0.0/1) cover all clients too; fc00::/7 is a private
            // network.
            if (network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 ? 7 : 8))
            {
                values.Warn(
                    Name,
                    $"{piece} BELIEVES EVERYBODY: any client can choose the host, scheme and path that are decided "
                    + "on; name your proxies only");
            }
        }

        return networks;
    }

    private static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)
            || (!text.Contains(':', StringComparison.Ordinal) && text.Count(c => c == '.') != 3))
        {
            return null; // IPAddress would read "10" as 0.0.0.10.
        }

        var bits = address.GetAddressBytes().Length * 8;
        var length = bits;
        var digits = slash < 0 ? [] : text.AsSpan(slash + 1);
        if (slash >= 0
            && (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return null;
        }

        return new IPNetwork(MaskPassword(address, length), length);
    }

    private static IPAddress MaskPassword(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var keep = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - keep));
        }

        return new IPAddress(bytes);
    }
}
