using System.Diagnostics;
using AuthGateway.Cli;

namespace AuthGateway.Tests.Packaging;

/// <summary>Renders the repository's manifests with the real <c>kubectl kustomize</c>, as an operator would.</summary>
internal static class Kustomize
{
    /// <summary>The root kustomization, or an operator's own that adds one of our components to it.</summary>
    public static async Task<RenderedManifests> RenderAsync(string? component = null)
    {
        RequireKubectl();
        if (component is null)
        {
            return await RunAsync(Repository.Root);
        }

        var folder = Directory.CreateTempSubdirectory("auth-gateway-kustomize-");
        try
        {
            return await RunAsync(WriteOverlay(folder.FullName, component));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A folder that holds everything it names.</summary>
    public static Task<RenderedManifests> RenderFolderAsync(string folder)
    {
        RequireKubectl();
        return RunAsync(folder);
    }

    private static string WriteOverlay(string folder, string component)
    {
        // A copy, because kustomize wants relative paths and the overlay must not lie inside the root it builds on.
        foreach (var file in Directory.EnumerateFiles(Repository.Root, "*.yaml")
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "config"), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "manifests"), "*", SearchOption.AllDirectories)))
        {
            var target = Path.Combine(folder, "gateway", Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var overlay = Directory.CreateDirectory(Path.Combine(folder, "mine")).FullName;
        File.WriteAllText(Path.Combine(overlay, "kustomization.yaml"), $"""
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources: [../gateway]
            components: [../gateway/manifests/{component}]
            """);
        return overlay;
    }

    private static async Task<RenderedManifests> RunAsync(string folder)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"kubectl kustomize: {await errors}");
        return new RenderedManifests(await output);
    }

    private static void RequireKubectl()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl")));
        if (Environment.GetEnvironmentVariable("AUTHGATEWAY_REQUIRE_REAL_PARTS") == "1")
        {
            Assert.True(found, "kubectl is not on the PATH, and AUTHGATEWAY_REQUIRE_REAL_PARTS=1 makes that a failure.");
        }

        Assert.SkipUnless(found, "kubectl is not on the PATH: the manifests are rendered with it.");
    }
}
