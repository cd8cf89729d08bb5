namespace AuthGateway.Testing;

/// <summary>The checked-out repository that the test assembly was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary><c>Debug</c> or <c>Release</c>: what this assembly was built as.</summary>
    public static string BuildConfiguration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AuthGateway.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("AuthGateway.sln was not found above the test assembly.");
    }
}
