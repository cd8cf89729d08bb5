namespace AuthGateway.Access;

/// <summary>The value of <c>AUTH_METHOD_HEADER</c>.</summary>
internal enum AuthenticationMethod { None, Cookie, Header }
