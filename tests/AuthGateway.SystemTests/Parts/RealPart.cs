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

    /// <summary>A program in the folder that the variable names, else on PATH; skips or fails the test when there is none.</summary>
    /// <param name="packages">Debian's packages that bring it.</param>
    public static string Program(string variable, string name, string packages)
    {
        if (Home(variable, name) is { } home)
            return Path.Combine(home, name);
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin");
        var found = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is null)
            Missing($"{name} is not on PATH and {variable} names no folder with it (apt-get install {packages}).");
        return found;
    }
}
