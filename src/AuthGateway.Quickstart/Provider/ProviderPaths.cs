namespace AuthGateway.Quickstart.Provider;

/// <summary>Where the provider's endpoints are.</summary>
internal static class ProviderPaths
{
    public const string Protocol = "/connect";
    public const string Authorization = "/connect/authorize";
    public const string Token = "/connect/token";
    public const string UserInfo = "/connect/userinfo";
    public const string EndSession = "/connect/endsession";
    public const string Revocation = "/connect/revoke";
    public const string Introspection = "/connect/introspect";
    public const string PushedAuthorization = "/connect/par";
    public const string Login = "/login";
    public const string LoggedOut = "/logged-out";
    public const string Sessions = "/sessions";
}
