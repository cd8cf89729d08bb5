using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>Times in Go's syntax (<c>time.ParseDuration</c>): <c>1h30m</c>, <c>1.5h</c>.</summary>
internal static partial class GoDuration
{
    /// <summary>Null when it is no such time, not positive, or longer than a century.</summary>
    public static long? Seconds(string text)
    {
        if (!Whole().IsMatch(text))
        {
            return null;
        }

        var seconds = Part().Matches(text).Sum(part =>
            double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Unit(part.Groups[2].Value));
        return seconds is >= 1 and < 3.2e9 ? (long)seconds : null;
    }

    /// <summary>In whole hours, minutes or seconds, as settings are written.</summary>
    public static string Text(long seconds) => seconds switch
    {
        _ when seconds % 3600 == 0 => $"{seconds / 3600}h",
        _ when seconds % 60 == 0 => $"{seconds / 60}m",
        _ => $"{seconds}s",
    };

    private static double Unit(string unit) => unit switch { "ms" => 0.001, "s" => 1, "m" => 60, _ => 3600 };

    [GeneratedRegex(@"\A(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
