using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Pipeline;

/// <summary>Why the session whose cookie came is no more, in a sentence for its user; null when there is nothing to explain.</summary>
internal sealed class EndReasons(GatewayCookies cookies, SessionLifecycle sessions)
{
    public string? SentenceFor(AccessRequest request)
    {
        foreach (var value in cookies.SessionValues(request.Cookies))
        {
            if (SessionId.TryHash(value, out var hash) && SentenceOf(sessions.WhyEnded(hash)) is { } sentence)
            {
                return sentence;
            }
        }

        return null;
    }

    private static string? SentenceOf(SessionEnd why) => why switch
    {
        SessionEnd.LimitOfProvider => "Your login reached the idle limit of the provider, or its longest life there.",
        SessionEnd.EndedByProvider => "The provider has ended your login.",
        _ => null,
    };
}
