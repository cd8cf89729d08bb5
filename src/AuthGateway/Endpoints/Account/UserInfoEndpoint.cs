using System.Text.Json;
using AuthGateway.Authentication;
using AuthGateway.Authorization;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Pipeline;
using AuthGateway.Pipeline.Refusals;

namespace AuthGateway.Endpoints.Account;

/// <summary>
/// <c>GET P/userinfo</c>: the user of the request's own session as JSON, never a token. A user whom
/// <c>EMAIL_DOMAINS</c> or <c>GROUPS_ALLOWLIST</c> refuses gets 403.
/// </summary>
internal sealed class UserInfoEndpoint(
    AccessPipeline pipeline,
    SessionRules rules,
    ProgramAnswer good,
    NoSessionWriter noSession,
    DecisionWriter writer)
{
    public Task HandleJsonAsync(HttpContext context, AccessRequest request) => HandleAsync(context, request, who =>
    {
        SecurityHeaders.Secure(context.Response.Headers);
        good.SetGood(context.Response, request);
        context.Response.ContentType = "application/json";
        var answer = new UserInfoAnswer(
            who.Identity.UserId, who.Identity.Groups, who.Identity.Name, who.Identity.Email)
        {
            PreferredUsername = who.Identity.ClaimHeaders
                .Where(header => header.Key.EndsWith("-Preferred-Username", StringComparison.OrdinalIgnoreCase))
                .Select(header => header.Value)
                .FirstOrDefault(value => value.Length > 0),
        };
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
            AuthenticationResult.Authenticated { Session: not null } who =>
                await rules.AuthorizeAsync(request, who) is { } refusal
                    ? writer.WriteAsync(context, request, refusal)
                    : answer(who),
            var other => noSession.WriteAsync(context, request, other),
        });
    }
}
