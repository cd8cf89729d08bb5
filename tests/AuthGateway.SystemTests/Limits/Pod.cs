namespace AuthGateway.SystemTests.Limits;

/// <summary>
/// A pod's limits for a process: 512 MiB in a memory cgroup of its own and 1,024 files. Where no cgroup can be made (no root, a read-only <c>/sys/fs/cgroup</c>) the runtime gets the
/// heap that it would choose in such a cgroup, and nothing counts the rest.
/// </summary>
internal static class Pod
{
    public const int MemoryMiB = 512;

    private const string Name = "auth-gateway-flood-";

    /// <summary>With the memory controller of version 1, then of version 2.</summary>
    private static readonly string[] Controllers = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"];

    /// <summary>A script for <see cref="Parts.GatewayLaunch.Script"/>.</summary>
    /// <param name="variables">Of the environment, as <c>NAME=VALUE</c>.</param>
    public static string Script(string variables) => $$"""
        #!/bin/sh
        export {{variables}}
        join() {
          mkdir "$1/{{Name}}$$" && [ -f "$1/{{Name}}$$/$2" ] && echo {{MemoryMiB}}M > "$1/{{Name}}$$/$2" && echo $$ > "$1/{{Name}}$$/cgroup.procs"
        }
        join {{Controllers[0]}} memory.limit_in_bytes 2> /dev/null || join {{Controllers[1]}} memory.max 2> /dev/null || export DOTNET_GCHeapHardLimit=0x18000000
        exec prlimit --nofile=1024:1024 "$PROGRAM" "$@"

        """;

    /// <summary>True when the process is in such a cgroup.</summary>
    public static bool Holds(int process) => Folder(process) is not null;

    /// <summary>Highest use of the cgroup in MiB, pages of files included; null without one.</summary>
    public static double? Highest(int process) =>
        Folder(process) is { } folder && new[] { "memory.max_usage_in_bytes", "memory.peak" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists) is { } file
            ? double.Parse(File.ReadAllText(file), System.Globalization.CultureInfo.InvariantCulture) / 1024 / 1024
            : null;

    /// <summary>Removes the cgroup of a process that has ended.</summary>
    public static void Remove(int process)
    {
        foreach (var controller in Controllers.Select(controller => Path.Combine(controller, Name + process)).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(controller);
            }
            catch (IOException)
            {
                // The system still counts a page of it.
            }
        }
    }

    private static string? Folder(int process) =>
        Controllers.Select(controller => Path.Combine(controller, Name + process)).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "cgroup.procs")) && File.ReadAllText(Path.Combine(folder, "cgroup.procs")).Length > 0);
}
