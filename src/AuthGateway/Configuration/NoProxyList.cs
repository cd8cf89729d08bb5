using System.Globalization;
using System.Net;

namespace AuthGateway.Configuration;

/// <summary>
/// Parses <c>NO_PROXY</c> like Go (golang.org/x/net/http/httpproxy): <c>example.com</c> is that
/// host and all below it, <c>.example.com</c> and <c>*.example.com</c> only those below; an
/// address; a network in CIDR form; each but the network may end in <c>:port</c>; <c>*</c> is every
/// host. <c>localhost</c> and loopback addresses never go through a proxy.
/// </summary>
internal sealed class NoProxyList
{
    private readonly List<Entry> _entries = [];
    private bool _isEverything;

    public static NoProxyList Empty { get; } = new();

    /// <param name="pieces">Entries of the list.</param>
    /// <param name="unknown">Entries that cannot be parsed.</param>
    public static NoProxyList Parse(IEnumerable<string> pieces, out IReadOnlyList<string> unknown)
    {
        var list = new NoProxyList();
        var odd = new List<string>();
        foreach (var piece in pieces)
        {
            if (piece == "*")
            {
                list._isEverything = true;
            }
            else if (Entry.TryParse(piece.ToLowerInvariant()) is { } entry)
            {
                list._entries.Add(entry);
            }
            else
            {
                odd.Add(piece);
            }
        }

        unknown = odd;
        return list;
    }

    /// <summary>True when the server is called directly.</summary>
    public bool Contains(Uri server)
    {
        var host = server.IdnHost.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        var address = IPAddress.TryParse(host, out var parsed) ? Plain(parsed) : null;
        return host == "localhost"
            || (address is not null && IPAddress.IsLoopback(address))
            || _isEverything
            || _entries.Exists(entry => entry.Matches(host, address, server.Port));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <param name="Suffix">
    /// Domain suffix with its leading dot; <c>null</c> for an address or a network.
    /// </param>
    /// <param name="IsHostToo">True when the domain itself matches too.</param>
    private sealed record Entry(string? Suffix, bool IsHostToo, IPAddress? Address, IPNetwork? Network, int? Port)
    {
        public static Entry? TryParse(string text)
        {
            if (text.Contains('/', StringComparison.Ordinal))
            {
                return ParseNetwork(text) is { } network ? new(null, false, null, network, null) : null;
            }

            if (SplitPort(text) is not (var host, var port))
            {
                return null;
            }

            if (IPAddress.TryParse(host, out var address)
                && (host.Contains(':', StringComparison.Ordinal) || host.Count(c => c == '.') == 3))
            {
                return new(null, false, Plain(address), null, port);
            }

            var isBelowAlone = host.StartsWith("*.", StringComparison.Ordinal) || host.StartsWith('.');
            var name = host.TrimStart('*').TrimStart('.');
            return IsName(name) && (isBelowAlone || !host.StartsWith('*'))
                ? new("." + Ascii(name), !isBelowAlone, null, null, port)
                : null;
        }

        public bool Matches(string host, IPAddress? address, int port)
        {
            if (address is not null)
            {
                return Network is { } network
                    ? network.Contains(address)
                    : address.Equals(Address) && (Port is null || Port == port);
            }

            return Suffix is not null && (Port is null || Port == port)
                && (host.EndsWith(Suffix, StringComparison.Ordinal)
                    || (IsHostToo && host.AsSpan().SequenceEqual(Suffix.AsSpan(1))));
        }

        private static (string Host, int? Port)? SplitPort(string text)
        {
            if (text.StartsWith('['))
            {
                var end = text.IndexOf(']', StringComparison.Ordinal);
                return end < 0
                    ? null
                    : end == text.Length - 1 ? (text[1..end], null)
                    : text[end + 1] == ':' && ReadPort(text[(end + 2)..]) is { } inner ? (text[1..end], inner) : null;
            }

            var colon = text.LastIndexOf(':');
            return colon < 0 || text.IndexOf(':', StringComparison.Ordinal) != colon
                ? (text, null)
                : ReadPort(text[(colon + 1)..]) is { } port ? (text[..colon], port) : null;
        }

        private static int? ReadPort(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && port is > 0 and <= 65535
                ? port
                : null;

        // Go masks the address of 10.1.2.3/8; IPNetwork requires a masked address.
        private static IPNetwork? ParseNetwork(string text)
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var digits = text.AsSpan(slash + 1);
            if (!IPAddress.TryParse(text[..slash], out var address)
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                return null;
            }

            var bytes = address.GetAddressBytes();
            if (length > bytes.Length * 8 || (bytes.Length == 4 && text[..slash].Count(c => c == '.') != 3))
            {
                return null;
            }

            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] &= (byte)(0xFF << (8 - Math.Clamp(length - (i * 8), 0, 8)));
            }

            return new IPNetwork(new IPAddress(bytes), length);
        }

        private static bool IsName(string name) =>
            name.Length > 0
                && !name.Contains("..", StringComparison.Ordinal)
                && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_');

        private static string Ascii(string name)
        {
            try
            {
                return name.All(char.IsAscii) ? name : new IdnMapping().GetAscii(name);
            }
            catch (ArgumentException)
            {
                return name;
            }
        }
    }
}
