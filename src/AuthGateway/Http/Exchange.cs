using Microsoft.AspNetCore.Http.Features;

namespace AuthGateway.Http;

/// <summary>One request and its answer. The object serves one request of its connection after the other; the context is prepared when somebody asks for it.</summary>
internal sealed class Exchange(ClientConnection connection, IFeatureCollection features, IServiceScopeFactory scopes)
{
    private readonly DefaultHttpContext _context = new() { ServiceScopeFactory = scopes };
    private bool _isPrepared;

    public ClientConnection Connection { get; } = connection;

    /// <summary>Decoded header bytes that a stranger's request holds.</summary>
    public int HeaderBytes { get; set; }

    /// <summary>Kestrel's side of it.</summary>
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

    /// <summary>The request is answered; the next one may come.</summary>
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
