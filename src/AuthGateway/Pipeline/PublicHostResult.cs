using AuthGateway.Http;
using AuthGateway.Http.Headers;
using AuthGateway.Oidc.Login;

namespace AuthGateway.Pipeline;

internal abstract record PublicHostResult
{
    private PublicHostResult()
    {
    }

    internal sealed record Right : PublicHostResult
    {
        public static Right Instance { get; } = new();
    }

    /// <param name="Address">The same path at the public address, or a login there that returns to
    /// it.</param>
    /// <param name="Mark">The Set-Cookie value that marks this browser. Null where the URL
    /// does.</param>
    internal sealed record SendTo(string Address, string? Mark) : PublicHostResult
    {
        public void Write(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = Address;
            if (Mark is not null)
            {
                context.Response.Headers.Append("Set-Cookie", Mark);
            }

            SecurityHeaders.Secure(context.Response.Headers);
        }
    }

    /// <param name="Failure">The failure that the page shows.</param>
    internal sealed record Loop(LoginFailure Failure) : PublicHostResult;
}
