namespace AuthGateway.Endpoints.Login;

/// <summary>Why the form of a login is refused.</summary>
internal enum LoginFormError
{
    /// <summary>A check at Envoy carries no body.</summary>
    NotInACheck,

    /// <summary>The body is no form.</summary>
    OtherType,

    /// <summary>It has 100 parameters or more.</summary>
    TooMany,
}
