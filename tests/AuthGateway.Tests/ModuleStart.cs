using System.Runtime.CompilerServices;

namespace AuthGateway.Tests;

/// <summary>Runs before anything else of this assembly.</summary>
internal static class ModuleStart
{
    [ModuleInitializer]
    public static void Begin() => NoConfigurationWatch.Set();
}
