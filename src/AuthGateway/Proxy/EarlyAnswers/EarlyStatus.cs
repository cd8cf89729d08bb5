using AuthGateway.Http;

namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// Status of a response to a request with a body. With an early response, a body that was not read
/// to its end is no upstream failure.
/// </summary>
internal sealed record EarlyStatus(int Value)
{
    public static void Note(HttpContext context, AccessRequest request, HttpResponseMessage? answer)
    {
        if (answer is not null && !request.IsGetOrHead)
        {
            context.Features.Set(new EarlyStatus((int)answer.StatusCode));
        }
    }
}
