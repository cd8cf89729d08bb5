using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Http.Headers;

namespace AuthGateway.Authorization;

/// <summary>
/// Enforces <c>EMAIL_DOMAINS</c>. An identity without an e-mail address, or with a text that is not
/// one address, is refused. The session stays.
/// </summary>
internal sealed partial class EmailDomainAuthorizer(AccessOptions access, ILogger<EmailDomainAuthorizer> logger)
    : IAuthorizer
{
    private readonly bool _everyone = access.EmailDomains.Count == 0 || access.EmailDomains.Contains("*");

    public ValueTask<AccessDecision?> AuthorizeAsync(AccessRequest request, AuthenticationResult.Authenticated who)
    {
        if (_everyone || IsAllowed(who.Identity.Email))
        {
            return new((AccessDecision?)null);
        }

        var seen = HeaderText.Shown([who.Identity.Email ?? ""]);
        Refused(logger, HeaderText.Shown([who.Identity.UserId]), seen);
        return new(new AccessDecision.Forbidden(
            who.Identity, $"The e-mail address ({seen}) is not of a domain that may log in here (EMAIL_DOMAINS)."));
    }

    /// <summary>Exactly one at sign: of two, servers take different parts for the domain.</summary>
    private bool IsAllowed(string? email)
    {
        if (email is null
            || email.Count(c => c == '@') != 1
            || email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            return false;
        }

        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && access.EmailDomains.Any(allowed => IsOf(email[(at + 1)..], allowed));
    }

    // .example.com and *.example.com are the domains below it.
    private static bool IsOf(string domain, string allowed)
    {
        var suffix = allowed.TrimStart('*');
        return suffix.StartsWith('.')
            ? domain.Length > suffix.Length && domain.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            : domain.Equals(suffix, StringComparison.OrdinalIgnoreCase);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "EMAIL_DOMAINS refuses {UserId}, whose e-mail address is {Email}.")]
    private static partial void Refused(ILogger logger, string userId, string email);
}
