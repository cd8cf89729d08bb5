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

    public bool Allows(Identity identity) => _everyone || EmailDomain.IsOneOf(identity.Email, access.EmailDomains);

    public ValueTask<AccessDecision?> AuthorizeAsync(AccessRequest request, AuthenticationResult.Authenticated who)
    {
        if (Allows(who.Identity))
        {
            return new((AccessDecision?)null);
        }

        var seen = HeaderText.Shown([who.Identity.Email ?? ""]);
        Refused(logger, HeaderText.Shown([who.Identity.UserId]), seen);
        return new(new AccessDecision.Forbidden(
            who.Identity, $"The e-mail address ({seen}) is not of a domain that may log in here (EMAIL_DOMAINS)."));
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "EMAIL_DOMAINS refuses {UserId}, whose e-mail address is {Email}.")]
    private static partial void Refused(ILogger logger, string userId, string email);
}
