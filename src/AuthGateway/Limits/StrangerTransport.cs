using System.IO.Pipelines;

namespace AuthGateway.Limits;

/// <summary>A connection's transport with another reader.</summary>
internal sealed class StrangerTransport(IDuplexPipe inner, PipeReader input) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => inner.Output;
}
