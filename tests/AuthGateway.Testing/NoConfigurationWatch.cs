namespace AuthGateway.Testing;

/// <summary>
/// The test hosts read no settings file again: each watch would take one of the user's 128 inotify instances. Set by the module initializer of each
/// assembly of tests.
/// </summary>
internal static class NoConfigurationWatch
{
    public static void Set()
    {
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        Environment.SetEnvironmentVariable("ASPNETCORE_hostBuilder__reloadConfigOnChange", "false");
    }
}
