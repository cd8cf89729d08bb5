using System.Buffers;
using System.Collections.Frozen;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Http.Headers;

/// <summary>
/// A set of header names that are compared after folding: every byte that is no letter or digit
/// counts as <c>-</c>, and case is ignored. A trailing <c>*</c> makes a prefix.
/// </summary>
internal sealed class HeaderNameSet
{
    // Nearly every name consists of these characters. Folding them is a case-insensitive
    // comparison.
    private static readonly SearchValues<char> Common = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly FrozenSet<string> _given;
    private readonly string[] _givenPrefixes;
    private readonly FrozenSet<string> _exact;
    private readonly string[][] _prefixesByLetter;

    public HeaderNameSet(IEnumerable<string> names)
    {
        var all = names.ToList();
        var exact = all.Where(name => !name.EndsWith('*')).ToList();
        _given = exact.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _exact = exact.Select(HeaderRules.Fold).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _givenPrefixes = [.. all.Where(name => name.EndsWith('*')).Select(name => name[..^1])];
        _prefixesByLetter =
        [
            .. Enumerable.Range(0, 32)
                .Select(slot => _givenPrefixes
                    .Select(HeaderRules.Fold)
                    .Where(prefix => Slot(prefix[0]) == slot)
                    .ToArray()),
        ];
    }

    public bool Contains(string name) => ContainsFolded(IsCommon(name) ? name : HeaderRules.Fold(name));

    /// <summary>
    /// True when the name folds to a name of the set but is spelled differently. Case is ignored.
    /// </summary>
    public bool ContainsVariant(string name) =>
        !IsCommon(name) && !IsAsGiven(name) && ContainsFolded(HeaderRules.Fold(name));

    private static bool IsCommon(string name) => !name.AsSpan().ContainsAnyExcept(Common);

    private bool IsAsGiven(string name) => _given.Contains(name)
        || Array.Exists(
            _givenPrefixes,
            prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && IsCommon(name[prefix.Length..]));

    private bool ContainsFolded(string name)
    {
        if (_exact.Contains(name))
        {
            return true;
        }

        foreach (var prefix in _prefixesByLetter[Slot(name[0])])
        {
            if (name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // Position of a letter in the alphabet, in either case.
    private static int Slot(char first) => first & 31;
}
