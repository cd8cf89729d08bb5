using AuthGateway.Access;
using AuthGateway.Http;
using AuthGateway.Pipeline.Refusals;
using Yarp.ReverseProxy.Forwarder;

namespace AuthGateway.Proxy;

/// <summary>
/// Writes what a client gets in place of the application's response: the refusal of a decision, the
/// answer to a loop, or the error of an upstream that cannot be reached.
/// </summary>
internal sealed class ProxyRefusals(
    DecisionWriter writer, LoopAnswer loop, UpstreamErrors errors, ForwardedRequest forwarded)
{
    public Task WriteAsync(HttpContext context, AccessRequest request, AccessDecision decision) =>
        // The gateway's cookies never go upstream. A request that comes back therefore has no
        // session and would be redirected to the provider without end.
        decision is AccessDecision.LoginRequired && forwarded.HasPassed(request)
            ? WriteLoopAsync(context, request)
            : writer.WriteAsync(context, request, decision);

    /// <summary>Answers a request for a session that ended after its decision.</summary>
    public Task WriteEndedAsync(HttpContext context, AccessRequest request) =>
        writer.WriteAsync(context, request, AccessDecision.LoginRequired.Instance);

    /// <summary>Answers a request that has passed this gateway too often.</summary>
    public Task WriteLoopAsync(HttpContext context, AccessRequest request) => loop.WriteAsync(context, request);

    /// <summary>Answers a request that could not be forwarded.</summary>
    public Task WriteErrorAsync(HttpContext context, AccessRequest request, ForwarderError error) =>
        errors.AnswerAsync(context, request, error);
}
