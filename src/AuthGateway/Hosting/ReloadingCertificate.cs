using System.Security.Cryptography.X509Certificates;

namespace AuthGateway.Hosting;

/// <summary>
/// The server certificate, reloaded when its files change. An incomplete pair keeps the last valid
/// one.
/// </summary>
internal sealed class ReloadingCertificate(string certFile, string keyFile)
{
    private readonly Lock _gate = new();
    private X509Certificate2? _current;
    private DateTime _readAt;
    private long _lookedAt;

    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null || Environment.TickCount64 - _lookedAt > 5000)
                {
                    _lookedAt = Environment.TickCount64;
                    Reload();
                }

                return _current!;
            }
        }
    }

    private void Reload()
    {
        var written = File.GetLastWriteTimeUtc(certFile);
        if (_current is not null && written == _readAt)
        {
            return;
        }

        try
        {
            _current = X509Certificate2.CreateFromPemFile(certFile, keyFile);
            _readAt = written;
        }
        catch (Exception e) when (_current is not null && e is not OutOfMemoryException)
        {
            // The files are being replaced. The next check tries again.
        }
    }
}
