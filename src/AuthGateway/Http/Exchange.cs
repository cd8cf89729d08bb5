using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Http;

/// <summary>
/// One request and its response. The object is reused for the following requests of its connection.
/// The <see cref="HttpContext"/> is created only when it is needed.
/// </summary>
internal sealed class Exchange(ClientConnection connection, IFeatureCollection features, IServiceScopeFactory scopes)
{
    private readonly DefaultHttpContext _context = new() { ServiceScopeFactory = scopes };
    private bool _isPrepared;

    public ClientConnection Connection { get; } = connection;

    /// <summary>Decoded header bytes that this request holds while it has no identity.</summary>
    public int HeaderBytes { get; set; }

    /// <summary>Kestrel's features of the request.</summary>
    public IFeatureCollection Features { get; } = features;

    public HttpContext Context
    {
        get
        {
            if (!_isPrepared)
            {
                _context.Initialize(Features);
                _isPrepared = true;
            }

            return _context;
        }
    }

    /// <summary>
    /// Ends the exchange after the response. The object may then serve the next request.
    /// </summary>
    public void End()
    {
        Connection.End();
        if (_isPrepared)
        {
            _context.Uninitialize();
            _isPrepared = false;
        }
    }
}
