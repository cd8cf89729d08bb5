using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Http;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;

namespace AuthGateway.Endpoints.Account;

/// <summary>
/// Refuses a request for a page of the user's own that came without a live session, as the access
/// decision of its credentials would.
/// </summary>
internal sealed class NoSessionWriter(AccessPipeline pipeline, DecisionWriter writer)
{
    public async Task WriteAsync(HttpContext context, AccessRequest request) =>
        await WriteAsync(context, request, await pipeline.AuthenticateAsync(request));

    /// <param name="context">The exchange that is answered.</param>
    /// <param name="request">The request.</param>
    /// <param name="result">What its credentials are: not a session.</param>
    public Task WriteAsync(HttpContext context, AccessRequest request, AuthenticationResult result) =>
        writer.WriteAsync(context, request, result switch
        {
            AuthenticationResult.Rejected(var error, var description) =>
                new AccessDecision.Unauthorized(error, description),
            AuthenticationResult.Contradiction(var reason) => new AccessDecision.BadRequest(reason),
            AuthenticationResult.Unavailable(var reason) => new AccessDecision.Unavailable(reason),
            _ => AccessDecision.LoginRequired.Instance,
        });
}
