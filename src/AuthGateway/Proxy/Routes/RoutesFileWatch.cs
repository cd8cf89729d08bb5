using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// A <c>ROUTES_FILE</c> as a configuration source that is reloaded when the file changes. The file
/// is polled every 4 s instead of watched by inotify. A node has few inotify instances (128 for
/// each user by default; without a free one the start would fail), and a ConfigMap is replaced by
/// swapping a symbolic link, which a watch of the file does not report.
/// </summary>
internal sealed class RoutesFileWatch : IDisposable
{
    private readonly PhysicalFileProvider _files;
    private readonly ConfigurationRoot _configuration;

    /// <param name="file">The absolute path of the file.</param>
    /// <exception cref="InvalidDataException">The file is no valid JSON.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public RoutesFileWatch(string file)
    {
        _files = new PhysicalFileProvider(Path.GetDirectoryName(file)!, ExclusionFilters.None)
        {
            UsePollingFileWatcher = true,
            UseActivePolling = true,
        };
        try
        {
            _configuration = (ConfigurationRoot)new ConfigurationBuilder()
                .AddJsonFile(_files, Path.GetFileName(file), optional: false, reloadOnChange: true)
                .SetFileLoadExceptionHandler(OnLoadFailed)
                .Build();
        }
        catch
        {
            _files.Dispose();
            throw;
        }
    }

    public IConfiguration Configuration => _configuration;

    /// <summary>
    /// Called for each change that cannot be read. Null before the start and after the stop of the
    /// gateway.
    /// </summary>
    public Action<Exception>? Report { get; set; }

    public void Dispose()
    {
        _configuration.Dispose();
        _files.Dispose();
    }

    // The failure is not marked as ignored: YARP would then load an empty file.
    private void OnLoadFailed(FileLoadExceptionContext context) => Report?.Invoke(context.Exception);
}
