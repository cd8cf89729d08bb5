using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Http;

/// <summary>True for a cookie name that is ours.</summary>
internal delegate bool OwnName(ReadOnlySpan<char> name);

/// <summary>Reads Cookie lines strictly (RFC 6265 §4.2.1), and knows that Envoy joins two lines with a comma.</summary>
internal static class CookieHeader
{
    /// <summary>More than any browser sends for one site. Lines that have more pairs together carry no cookie of ours.</summary>
    public const int MaxPairs = 1000;

    /// <summary>Calls <paramref name="visit"/> for every pair whose name is wanted.</summary>
    public static void Visit<TState>(StringValues lines, OwnName isWanted, TState state, Action<TState, string, string> visit)
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

    /// <summary>The value of a cookie that stands there exactly once; empty otherwise. Allocates nothing.</summary>
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

    /// <summary>Over all lines: many short ones cost as much as a long one.</summary>
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

    /// <summary>True when one of the pairs has one of our names.</summary>
    public static bool Names(ReadOnlySpan<char> line, OwnName isOurs)
    {
        foreach (var pair in new CookiePairs(line, isOurs, isReading: false))
        {
            if (isOurs(CookiePairs.Split(pair).Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The lines without our cookies: the same object when none is there, every other pair byte for byte.</summary>
    public static StringValues Without(StringValues lines, OwnName isOurs)
    {
        if (lines.Count == 1)
        {
            var line = Without(lines[0] ?? "", isOurs);
            return ReferenceEquals(line, lines[0]) ? lines : line.Length == 0 ? StringValues.Empty : line;
        }

        var changed = false;
        var kept = new string?[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            kept[i] = Without(lines[i] ?? "", isOurs);
            changed |= !ReferenceEquals(kept[i], lines[i]);
        }

        return changed ? new StringValues(kept.Where(line => line is { Length: > 0 }).ToArray()) : lines;
    }

    private static string Without(string line, OwnName isOurs)
    {
        StringBuilder? others = null;
        var dropped = false;
        foreach (var pair in new CookiePairs(line, isOurs, isReading: false))
        {
            if (isOurs(CookiePairs.Split(pair).Name))
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

/// <summary>
/// The pairs of one Cookie line, without allocation. A comma separates where one of our names follows it, and behind one of our pairs (our values have none). For reading it does not
/// separate in front of <c>__Host-</c> and <c>__Secure-</c>: browsers promise who set a name that begins so, and let a sibling domain write it behind a comma in a value.
/// </summary>
internal ref struct CookiePairs(ReadOnlySpan<char> line, OwnName isOurs, bool isReading)
{
    private ReadOnlySpan<char> _rest = line;
    private bool _done = line.IsEmpty;

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>For what counts as said by the browser; the others find what must not go upstream.</summary>
    public static CookiePairs ForReading(ReadOnlySpan<char> line, OwnName isWanted) =>
        new(line, isWanted, isReading: true);

    public readonly CookiePairs GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_done)
        {
            return false;
        }

        var end = EndOfPair();
        Current = end < 0 ? _rest : _rest[..end];
        _done = end < 0;
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>Name and value, without the pair of quotes that may stand around it (RFC 6265 §4.1.1); a pair without a name has an empty one.</summary>
    public static CookiePair Split(ReadOnlySpan<char> pair)
    {
        var trimmed = pair.Trim(" \t");
        var equals = trimmed.IndexOf('=');
        return equals <= 0 ? new CookiePair(default, trimmed) : new CookiePair(trimmed[..equals], Unquoted(trimmed[(equals + 1)..]));
    }

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> value) => value is ['"', .. var inner, '"'] ? inner : value;

    // Linear: none of our names has a comma, so each piece between two commas is looked at once.
    private readonly int EndOfPair()
    {
        var semicolon = _rest.IndexOf(';');
        var piece = semicolon < 0 ? _rest : _rest[..semicolon];
        var comma = piece.IndexOf(',');
        if (comma >= 0 && isOurs(Split(piece[..comma]).Name))
        {
            return comma;
        }

        while (comma >= 0)
        {
            var after = piece[(comma + 1)..];
            var next = after.IndexOf(',');
            if (Separates(Split(next < 0 ? after : after[..next]).Name))
            {
                return comma;
            }

            comma = next < 0 ? -1 : comma + 1 + next;
        }

        return semicolon;
    }

    private readonly bool Separates(ReadOnlySpan<char> name) => isOurs(name) && !(isReading && CookieName.HasPrefix(name));
}

internal readonly ref struct CookiePair(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
{
    public ReadOnlySpan<char> Name { get; } = name;

    public ReadOnlySpan<char> Value { get; } = value;

    public void Deconstruct(out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        name = Name;
        value = Value;
    }
}
