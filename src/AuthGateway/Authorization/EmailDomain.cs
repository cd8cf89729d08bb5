namespace AuthGateway.Authorization;

/// <summary>Compares the domain of an e-mail address, without regard to case.</summary>
internal static class EmailDomain
{
    /// <summary>
    /// True when the address is of one of the domains; <c>.example.com</c> and
    /// <c>*.example.com</c> are the domains below it.
    /// </summary>
    /// <param name="email">
    /// Exactly one at sign: of two, servers take different parts for the domain.
    /// </param>
    /// <param name="domains">Domains without <c>@</c>.</param>
    public static bool IsOneOf(string? email, IEnumerable<string> domains)
    {
        if (email is null
            || email.Count(c => c == '@') != 1
            || email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            return false;
        }

        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && domains.Any(domain => IsOf(email[(at + 1)..], domain));
    }

    private static bool IsOf(string domain, string allowed)
    {
        var suffix = allowed.TrimStart('*');
        return suffix.StartsWith('.')
            ? domain.Length > suffix.Length && domain.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            : domain.Equals(suffix, StringComparison.OrdinalIgnoreCase);
    }
}
