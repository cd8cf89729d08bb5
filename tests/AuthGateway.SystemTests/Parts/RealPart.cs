using System.Diagnostics.CodeAnalysis;

namespace AuthGateway.SystemTests.Parts;

/// <summary>
/// What a test does when a real part is not on this machine: it is skipped with a sentence, or fails with the same sentence when
/// <c>AUTHGATEWAY_REQUIRE_REAL_PARTS=1</c> (continuous integration, where a silent skip would hide that nothing was tested).
/// </summary>
internal static class RealPart
{
    public static bool Required => Environment.GetEnvironmentVariable("AUTHGATEWAY_REQUIRE_REAL_PARTS") == "1";

    [DoesNotReturn]
    public static void Missing(string sentence)
    {
        if (Required)
            Assert.Fail(sentence);
        Assert.Skip(sentence);
    }

    /// <summary>The folder named by an environment variable when it holds the script, else <c>null</c>.</summary>
    public static string? Home(string variable, string script)
    {
        var folder = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(folder))
            return null;
        if (!File.Exists(Path.Combine(folder, script)))
            Assert.Fail($"{variable}={folder} has no {script}.");
        return Path.GetFullPath(folder);
    }
}
