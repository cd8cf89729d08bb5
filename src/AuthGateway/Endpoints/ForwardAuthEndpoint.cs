using AuthGateway.Model;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;

namespace AuthGateway.Endpoints;

/// <summary>
/// <c>P/forward-auth</c> for Traefik and Caddy: 200 with identity headers, 302, 401 or 403. The original request stands in
/// <c>X-Forwarded-{Method,Proto,Host,Uri}</c>; one missing or doubled, or a peer that is not trusted, is 403.
/// </summary>
internal sealed class ForwardAuthEndpoint(AccessPipeline pipeline, IdentityHeaders identityHeaders, TokenReaders tokens, DecisionWriter writer, PublicScheme scheme)
{
    public async Task HandleAsync(HttpContext context, AccessRequest check)
    {
        if (!scheme.IsTrusted(check) || !TryReadOriginal(check, out var original))
        {
            await PlainText.WriteAsync(context, 403, "Forbidden");
            return;
        }

        var decision = await pipeline.DecideAsync(original!);
        if (decision is not AccessDecision.Allow allow)
        {
            await writer.WriteAsync(context, original!, decision);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        if (allow.Identity is { } identity)
        {
            identityHeaders.Set(context.Response.Headers, identity, tokens.For(original!, allow));
            return;
        }

        foreach (var name in identityHeaders.ManagedNames)
        {
            context.Response.Headers[name] = "";
        }
    }

    private static bool TryReadOriginal(AccessRequest check, out AccessRequest? original)
    {
        original = null;
        if (check.Single("X-Forwarded-Method") is not { } method || !method.All(char.IsAsciiLetterUpper)
            || ForwardedValue.Scheme(check.Single("X-Forwarded-Proto")) is null
            || ForwardedValue.First(check.Single("X-Forwarded-Host")) is null
            || check.Single("X-Forwarded-Uri") is not { } uri
            || !RequestTarget.TryParse(uri, out var target))
        {
            return false;
        }

        original = check.AskingAbout(Door.ForwardAuth, method, target);
        return true;
    }
}
