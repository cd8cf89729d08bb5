using AuthGateway.Http;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Pipeline;

/// <summary>
/// Finds out why the session of a received cookie has ended, as a sentence for its user. Null when
/// no reason is known.
/// </summary>
internal sealed class EndReasons(GatewayCookies cookies, SessionLifecycle sessions)
{
    public string? FindSentence(AccessRequest request)
    {
        foreach (var value in cookies.SessionValues(request.Cookies))
        {
            if (SessionId.TryHash(value, out var hash) && Describe(sessions.WhyEnded(hash)) is { } sentence)
            {
                return sentence;
            }
        }

        return null;
    }

    private static string? Describe(SessionEnd why) => why switch
    {
        SessionEnd.LimitOfProvider => "Your login reached the idle limit of the provider, or its longest life there.",
        SessionEnd.EndedByProvider => "The provider has ended your login.",
        _ => null,
    };
}
