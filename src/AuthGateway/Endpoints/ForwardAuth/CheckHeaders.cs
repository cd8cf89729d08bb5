using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Pipeline;

namespace AuthGateway.Endpoints.ForwardAuth;

/// <summary>
/// Writes the identity headers of an allowed check, which the proxy copies to the request. The ID
/// token is among them only where the sender of the check may read it.
/// </summary>
internal sealed class CheckHeaders(IdentityHeaders identityHeaders, TokenReaders tokens)
{
    /// <summary>Sets the headers of the user; none without an identity (a public path).</summary>
    /// <returns>False without an identity.</returns>
    public bool TrySet(IHeaderDictionary headers, AccessRequest check, AccessDecision.Allow allow)
    {
        if (allow.Identity is not { } identity)
        {
            return false;
        }

        identityHeaders.Set(headers, identity, tokens.For(check, allow));
        return true;
    }

    /// <summary>Sets every managed header to an empty value, which overwrites a client's.</summary>
    public void SetEmpty(IHeaderDictionary headers)
    {
        foreach (var name in identityHeaders.ManagedNames)
        {
            headers[name] = "";
        }
    }
}
