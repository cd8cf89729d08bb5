namespace AuthGateway.Configuration.Rules;

/// <summary>Files an operator names must be readable at start.</summary>
internal static class FileRules
{
    /// <summary>The path, or <c>null</c> when absent or unreadable (an error was noted).</summary>
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
