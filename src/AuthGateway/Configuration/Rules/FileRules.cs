namespace AuthGateway.Configuration.Rules;

/// <summary>Checks that configured files are readable at start.</summary>
internal static class FileRules
{
    /// <summary>
    /// The path, or <c>null</c> when it is not set or not readable (an error is reported).
    /// </summary>
    public static string? Readable(SettingValues values, string name)
    {
        if (values.Text(name) is not { } path)
        {
            return null;
        }

        if (Directory.Exists(path))
        {
            values.Error(name, $"{path} is a folder, not a file");
            return null;
        }

        try
        {
            using var stream = System.IO.File.OpenRead(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            values.Error(name, $"cannot read {path}: {e.Message}");
            return null;
        }
    }
}
