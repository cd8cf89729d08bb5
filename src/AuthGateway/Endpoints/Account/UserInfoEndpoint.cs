using System.Text.Json;
using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;
using AuthGateway.Sessions;

namespace AuthGateway.Endpoints.Account;

/// <summary>
/// <c>GET P/userinfo</c>: the user of the request's own session as JSON, never a token.
/// </summary>
internal sealed class UserInfoEndpoint(AccessPipeline pipeline, DecisionWriter writer)
{
    public Task HandleJsonAsync(HttpContext context, AccessRequest request) => HandleAsync(context, request, who =>
    {
        SecurityHeaders.Secure(context.Response.Headers);
        context.Response.StatusCode = PageSender.StatusFor(request.EntryPoint, 200);
        context.Response.ContentType = "application/json";
        var answer = new UserInfoAnswer(
            who.Identity.UserId, who.Identity.Groups, who.Identity.Name, who.Identity.Email);
        return context.Response.Body
            .WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, UserInfoJson.Default.UserInfoAnswer))
            .AsTask();
    });

    private async Task HandleAsync(
        HttpContext context, AccessRequest request, Func<AuthenticationResult.Authenticated, Task> answer)
    {
        if (!request.IsGetOrHead)
        {
            await PlainText.WriteBadMethodAsync(context);
            return;
        }

        await (await pipeline.AuthenticateAsync(request) switch
        {
            AuthenticationResult.Authenticated { Session: not null } who => answer(who),
            AuthenticationResult.Rejected(var error, var description) =>
                writer.WriteAsync(context, request, new AccessDecision.Unauthorized(error, description)),
            AuthenticationResult.Contradiction(var reason) =>
                writer.WriteAsync(context, request, new AccessDecision.BadRequest(reason)),
            AuthenticationResult.Unavailable(var reason) =>
                writer.WriteAsync(context, request, new AccessDecision.Unavailable(reason)),
            _ => writer.WriteAsync(context, request, AccessDecision.LoginRequired.Instance),
        });
    }
}
