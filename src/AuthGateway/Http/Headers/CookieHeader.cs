using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Http.Headers;

/// <summary>
/// Parses Cookie headers strictly (RFC 6265 §4.2.1). Envoy joins two Cookie lines with a comma,
/// which is handled too.
/// </summary>
internal static class CookieHeader
{
    /// <summary>
    /// Most cookie pairs of a request, all lines together: more than any browser sends to one site.
    /// In a request with more, no cookie of the gateway is read.
    /// </summary>
    public const int MaxPairs = 1000;

    /// <summary>Calls <paramref name="visit"/> for every pair whose name is wanted.</summary>
    public static void Visit<TState>(
        StringValues lines, OwnName isWanted, TState state, Action<TState, string, string> visit)
    {
        for (var i = HasTooMany(lines) ? lines.Count : 0; i < lines.Count; i++)
        {
            foreach (var pair in CookiePairs.ForReading(lines[i], isWanted))
            {
                var (name, value) = CookiePairs.Split(pair);
                if (isWanted(name))
                {
                    visit(state, name.ToString(), value.ToString());
                }
            }
        }
    }

    /// <summary>
    /// Returns the value of a cookie that occurs exactly once, else empty. Does not allocate.
    /// </summary>
    public static ReadOnlySpan<char> FindOnly(StringValues lines, string wanted, OwnName isWanted)
    {
        ReadOnlySpan<char> found = default;
        var count = 0;
        for (var i = HasTooMany(lines) ? lines.Count : 0; i < lines.Count; i++)
        {
            foreach (var pair in CookiePairs.ForReading(lines[i], isWanted))
            {
                var (name, value) = CookiePairs.Split(pair);
                if (name.SequenceEqual(wanted))
                {
                    found = value;
                    count++;
                }
            }
        }

        return count == 1 ? found : default;
    }

    /// <summary>Counted over all lines: many short lines cost as much as one long line.</summary>
    private static bool HasTooMany(StringValues lines)
    {
        var length = lines.Count;
        for (var i = 0; i < lines.Count; i++)
        {
            length += lines[i]?.Length ?? 0;
        }

        if (length < MaxPairs)
        {
            return false;
        }

        var pairs = lines.Count;
        for (var i = 0; i < lines.Count && pairs <= MaxPairs; i++)
        {
            pairs += lines[i].AsSpan().Count(';');
        }

        return pairs > MaxPairs;
    }

    /// <summary>True when one of the pairs has a name of the gateway's.</summary>
    public static bool Names(ReadOnlySpan<char> line, OwnName isOwn)
    {
        foreach (var pair in new CookiePairs(line, isOwn, isReading: false))
        {
            if (isOwn(CookiePairs.Split(pair).Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Returns the lines without the gateway's cookies. The same object when there was none; all
    /// other pairs are unchanged byte for byte.
    /// </summary>
    public static StringValues Without(StringValues lines, OwnName isOwn)
    {
        if (lines.Count == 1)
        {
            var line = Without(lines[0] ?? "", isOwn);
            return ReferenceEquals(line, lines[0]) ? lines : line.Length == 0 ? StringValues.Empty : line;
        }

        var changed = false;
        var kept = new string?[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            kept[i] = Without(lines[i] ?? "", isOwn);
            changed |= !ReferenceEquals(kept[i], lines[i]);
        }

        return changed ? new StringValues(kept.Where(line => line is { Length: > 0 }).ToArray()) : lines;
    }

    private static string Without(string line, OwnName isOwn)
    {
        StringBuilder? others = null;
        var dropped = false;
        foreach (var pair in new CookiePairs(line, isOwn, isReading: false))
        {
            if (isOwn(CookiePairs.Split(pair).Name))
            {
                dropped = true;
                continue;
            }

            others ??= new StringBuilder(line.Length);
            others.Append(others.Length > 0 ? "; " : "").Append(pair.Trim(" \t"));
        }

        return dropped ? others?.ToString() ?? "" : line;
    }
}
