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

    public static void Write(SettingValues values)
    {
        WarnOfSeconds(values, "SESSION_MAX_AGE", ShortestAge, "24h");
        WarnOfSeconds(values, "SESSION_IDLE_TIMEOUT", ShortestIdle, "30m");
        if (values.Source.IsSet("USERID_TOKEN_HEADER"))
        {
            values.Warn(
                "USERID_TOKEN_HEADER",
                "hands the user's ID token to every application, which the replaced service's last generations did "
                    + "not do; remove it unless an application reads it");
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
