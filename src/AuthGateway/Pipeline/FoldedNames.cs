namespace AuthGateway.Pipeline;

/// <summary>A set of header names compared after folding: every byte that is no letter or digit counts as <c>-</c>, case does not count. A trailing <c>*</c> is a prefix.</summary>
internal sealed class FoldedNames
{
    private readonly string[] _given;
    private readonly string[] _exact;
    private readonly string[] _prefixes;
    private readonly bool[] _lengths = new bool[64];

    public FoldedNames(IEnumerable<string> names)
    {
        var all = names.ToList();
        _given = [.. all];
        _exact = [.. all.Where(name => !name.EndsWith('*')).Select(Fold)];
        _prefixes = [.. all.Where(name => name.EndsWith('*')).Select(name => Fold(name[..^1]))];
        foreach (var name in _exact)
        {
            _lengths[Math.Min(name.Length, _lengths.Length - 1)] = true;
        }
    }

    public bool Contains(string name)
    {
        if (_lengths[Math.Min(name.Length, _lengths.Length - 1)])
        {
            foreach (var candidate in _exact)
            {
                if (candidate.Length == name.Length && StartsWith(name, candidate))
                {
                    return true;
                }
            }
        }

        foreach (var prefix in _prefixes)
        {
            if (name.Length > prefix.Length && StartsWith(name, prefix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for another spelling of a name of the set than the one it was given in; case does not count.</summary>
    public bool ContainsVariant(string name)
    {
        foreach (var given in _given)
        {
            if (given.Length == name.Length && !given.Equals(name, StringComparison.OrdinalIgnoreCase) && Contains(name))
            {
                return true;
            }
        }

        return false;
    }

    public static string Fold(string name) => string.Create(name.Length, name, static (span, text) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = Fold(text[i]);
        }
    });

    private static char Fold(char c) => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-';

    private static bool StartsWith(string name, string folded)
    {
        for (var i = 0; i < folded.Length; i++)
        {
            if (Fold(name[i]) != folded[i])
            {
                return false;
            }
        }

        return true;
    }
}
