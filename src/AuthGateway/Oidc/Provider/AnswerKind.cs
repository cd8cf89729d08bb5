namespace AuthGateway.Oidc.Provider;

/// <summary>What a response of the provider means for a login.</summary>
internal enum AnswerKind
{
    /// <summary>The login is still valid.</summary>
    Yes,

    /// <summary>The provider knows this token and refuses it.</summary>
    DefiniteNo,

    /// <summary>
    /// The response tells nothing about the token: provider down or busy, no response, wrong client
    /// secret.
    /// </summary>
    CannotKnow,

    /// <summary>A response that no standard allows. It is treated as no response.</summary>
    Broken,
}
