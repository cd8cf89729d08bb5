using AuthGateway.Http;

namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>The status of an answer to a request with a body, so that a body which was not read to its end is no failure of the upstream's.</summary>
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
