using System.Net.Sockets;
using AuthGateway.Http;

namespace AuthGateway.Outgoing;

/// <summary>A connection to an upstream that is counted while it is open.</summary>
internal sealed class CountedStream(Socket socket, Action closed) : NetworkStream(socket, ownsSocket: true)
{
    private int _isClosed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            closed();
        }
    }
}
