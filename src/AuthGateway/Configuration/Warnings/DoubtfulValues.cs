using AuthGateway.Configuration.GoRegex;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Warns of values that work but probably not as intended. Reported at start and by <c>check</c>,
/// never rejected.
/// </summary>
internal static class DoubtfulValues
{
    private const long ShortestAge = 300;
    private const long ShortestIdle = 60;
    private const long ShortestMaxInterval = 30;

    public static void Write(SettingValues values, GatewayOptions options)
    {
        WarnOfSeconds(values, "SESSION_MAX_AGE", ShortestAge, "24h");
        WarnOfSeconds(values, "SESSION_IDLE_TIMEOUT", ShortestIdle, "30m");
        WarnOfSeconds(values, "SESSION_REFRESH_MAX_INTERVAL", ShortestMaxInterval, "15m");
        if (values.Source.IsSet("USERID_TOKEN_HEADER"))
        {
            values.Warn(
                "USERID_TOKEN_HEADER",
                "hands the user's ID token to every application, which the replaced service's last generations did "
                    + "not do; remove it unless an application reads it");
        }

        WarnOfTimes(values, options.Session);
        WarnOfLoop(values, options);
    }

    private static void WarnOfTimes(SettingValues values, SessionOptions session)
    {
        if (values.Source.IsWritten("SESSION_REFRESH_MIN_INTERVAL")
            && session.RefreshMinInterval > session.RefreshMaxInterval)
        {
            values.Warn(
                "SESSION_REFRESH_MIN_INTERVAL",
                $"{session.RefreshMinInterval.TotalSeconds:0} s is longer than SESSION_REFRESH_MAX_INTERVAL "
                    + $"({session.RefreshMaxInterval.TotalSeconds:0} s), which wins; make it the shorter of the two");
        }

        if (session.IdleTimeout is { } idle && idle > session.MaxAge)
        {
            values.Warn(
                "SESSION_IDLE_TIMEOUT",
                $"{idle.TotalSeconds:0} s is never reached, because a session ends after SESSION_MAX_AGE "
                    + $"({session.MaxAge.TotalSeconds:0} s); make it shorter, or turn it off");
        }
    }

    private static void WarnOfLoop(SettingValues values, GatewayOptions options)
    {
        if (options.Server.Upstream is not { } upstream)
        {
            return;
        }

        var isOwnPort = WebAddress.IsLoopback(upstream)
            && (upstream.Port == options.Server.Port || upstream.Port == options.Server.ExtAuthzPort);
        if (isOwnPort || WebAddress.Origin(upstream) == options.Urls.PublicOrigin)
        {
            values.Warn(
                "UPSTREAM_URL",
                $"{WebAddress.Origin(upstream)} is the gateway itself, so each request comes back to it; set it to "
                    + "the application's own address");
        }
    }

    // A bare number counts in seconds; a small one was probably meant in hours or minutes.
    private static void WarnOfSeconds(SettingValues values, string name, long least, string example)
    {
        if (values.Text(name) is { } text && GoNumber.Parse(text) is > 0 and var seconds && seconds < least)
        {
            values.Warn(name, $"{text} is {seconds} seconds; write {example} where hours or minutes are meant");
        }
    }
}
