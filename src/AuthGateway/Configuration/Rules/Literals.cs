using System.Globalization;
using System.Text.RegularExpressions;
using AuthGateway.Configuration.GoRegex;

namespace AuthGateway.Configuration.Rules;

/// <summary>Parses booleans and durations.</summary>
internal static partial class Literals
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36500);

    /// <summary><c>null</c> when it is neither true nor false.</summary>
    public static bool? Boolean(string value) => value.ToLowerInvariant() switch
    {
        "true" or "1" or "on" or "yes" or "t" => true,
        "false" or "0" or "off" or "no" or "f" => false,
        _ => null,
    };

    /// <summary>
    /// A number as <see cref="GoNumber"/> reads it, <c>15m</c>, <c>1h30m</c>, <c>7d</c>;
    /// <c>null</c> when unreadable or longer than a century.
    /// </summary>
    public static TimeSpan? Duration(string value, TimeSpan unit)
    {
        if (GoNumber.Parse(value) is { } number)
        {
            return Bounded(number * unit.TotalSeconds);
        }

        return Written().IsMatch(value) ? Bounded(Part().Matches(value).Sum(SecondsOfPart)) : null;
    }

    private static double SecondsOfPart(Match part) =>
        double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Seconds(part.Groups[2].Value);

    private static TimeSpan? Bounded(double seconds) =>
        Math.Abs(seconds) <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;

    private static double Seconds(string unit) =>
        unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 86400 };

    [GeneratedRegex(@"\A(?:[0-9]+(?:ms|s|m|h|d))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Written();

    [GeneratedRegex("([0-9]+)(ms|s|m|h|d)", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
