using System.Runtime.CompilerServices;

namespace AuthGateway.Tests.Rig;

/// <summary>The test hosts read no settings file again: each watch would take one of the user's 128 inotify instances.</summary>
internal static class NoConfigurationWatch
{
    [ModuleInitializer]
    public static void Set()
    {
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        Environment.SetEnvironmentVariable("ASPNETCORE_hostBuilder__reloadConfigOnChange", "false");
    }
}
