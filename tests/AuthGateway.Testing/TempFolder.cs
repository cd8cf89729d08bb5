namespace AuthGateway.Testing;

/// <summary>A folder of its own below the machine's temporary folder; gone with the test.</summary>
internal sealed class TempFolder(string purpose = "test") : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory($"authgateway-{purpose}-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        var path = File(name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process or a server that goes down may still be writing its last line.
        }
    }
}
