using AuthGateway.Pipeline;

namespace AuthGateway.Access;

/// <summary>The one answer of the pipeline. Doors differ only in how they hand it over.</summary>
internal abstract record AccessDecision
{
    private AccessDecision()
    {
    }

    /// <summary>Pass. Without an identity the path is public and every managed header is blanked.</summary>
    internal record Allow(Identity? Identity, AuthenticationMethod Method) : AccessDecision
    {
        public static Allow Public { get; } = new(null, AuthenticationMethod.None);

        /// <summary>The header that carried the credential and stays here; null for a cookie, and for our own session (<c>AUTH_HEADER</c>).</summary>
        public string? CredentialHeader { get; init; }

        /// <summary>The user's raw ID token, when an application is to get it.</summary>
        public string? IdToken { get; init; }

        /// <summary>What <c>FORWARD_ID_TOKEN</c> puts into <c>Authorization</c>.</summary>
        public string? IdTokenAsBearer => field ??= IdToken is null ? null : "Bearer " + IdToken;
    }

    /// <summary>Nobody is logged in: a navigation goes to the provider, anything else gets 401.</summary>
    internal sealed record LoginRequired : AccessDecision
    {
        public static LoginRequired Instance { get; } = new();
    }

    /// <summary>A credential was recognised and is no good: 401 with <c>WWW-Authenticate</c> (RFC 6750 §3.1).</summary>
    internal sealed record Unauthorized(string Error, string Description) : AccessDecision;

    /// <summary>Known, but not permitted: 403.</summary>
    internal record Forbidden(Identity? Identity, string Reason) : AccessDecision;

    /// <summary>The request itself is refused: 400, with a reason fit for a page.</summary>
    internal sealed record BadRequest(string Reason) : AccessDecision;

    /// <summary>Cannot know (store or provider down, not ready): 503, a 403 page on ext_authz. The session and the cookie stay.</summary>
    internal sealed record Unavailable(string Reason) : AccessDecision
    {
        /// <summary>A limit of ours was reached: 429, on every entry point.</summary>
        public bool IsBusy { get; init; }
    }
}

/// <summary>Value of <c>AUTH_METHOD_HEADER</c>.</summary>
internal enum AuthenticationMethod { None, Cookie, Header }
