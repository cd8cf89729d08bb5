using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// A <c>ROUTES_FILE</c> as configuration that is read again when the file changes. The file is looked at every 4 s instead of watched by inotify: a node has few inotify
/// instances (128 a user by default; without one left the start would fail), and a ConfigMap is replaced by swapping a symbolic link, which no watch of the file reports.
/// </summary>
internal sealed class RoutesFileWatch : IDisposable
{
    private readonly PhysicalFileProvider _files;
    private readonly ConfigurationRoot _configuration;

    /// <param name="file">The absolute path.</param>
    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public RoutesFileWatch(string file)
    {
        _files = new PhysicalFileProvider(Path.GetDirectoryName(file)!, ExclusionFilters.None) { UsePollingFileWatcher = true, UseActivePolling = true };
        try
        {
            _configuration = (ConfigurationRoot)new ConfigurationBuilder()
                .AddJsonFile(_files, Path.GetFileName(file), optional: false, reloadOnChange: true)
                .SetFileLoadExceptionHandler(Take)
                .Build();
        }
        catch
        {
            _files.Dispose();
            throw;
        }
    }

    public IConfiguration Configuration => _configuration;

    /// <summary>Told of each change that cannot be read. Null before the start and after the end of the gateway.</summary>
    public Action<Exception>? Report { get; set; }

    public void Dispose()
    {
        _configuration.Dispose();
        _files.Dispose();
    }

    // Not ignored: after an ignored failure YARP would be given an empty file.
    private void Take(FileLoadExceptionContext context) => Report?.Invoke(context.Exception);
}
