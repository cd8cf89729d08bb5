namespace AuthGateway.Endpoints.Login;

/// <summary>Why the form of a login is refused.</summary>
internal enum LoginFormError
{
    /// <summary>The form came through an ext_authz check, which carries no body.</summary>
    NotInACheck,

    /// <summary>The content type is not that of a form.</summary>
    OtherType,

    /// <summary>It has 100 parameters or more.</summary>
    TooMany,
}
