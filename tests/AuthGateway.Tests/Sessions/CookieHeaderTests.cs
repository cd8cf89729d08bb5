using System.Diagnostics;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Tests.Sessions;

/// <summary>The Cookie line is an attacker's to write: what is found in it, and that no line of 60 KB costs more than a moment.</summary>
public class CookieHeaderTests
{
    private const string Name = "authservice_session";

    [Theory]
    [InlineData("authservice_session=v", "v")]
    [InlineData("a=1; authservice_session=v; b=2", "v")]
    [InlineData("a=1,authservice_session=v", "v")] // two lines, joined by Envoy
    [InlineData("authservice_session=v,b=2", "v")]
    [InlineData("a=x,y,z, \t authservice_session=v,w", "v")]
    [InlineData("a=authservice_session=v", "")]
    [InlineData("a,authservice_session=v", "v")]
    [InlineData("x=1,,,authservice_session=v", "v")]
    [InlineData("authservice_session=v; authservice_session=w", "")]
    [InlineData("authservice_session=v,authservice_session=w", "")]
    [InlineData("Authservice_session=v", "")]
    [InlineData("", "")]
    public void Only_value(string line, string value) => Assert.Equal(value, CookieHeader.FindOnly(line, Name, IsOurs).ToString());

    [Theory]
    [InlineData("__Host-s=v", "v", "")]
    [InlineData("a=1; __Host-s=v,b=2", "v", "a=1; b=2")]
    [InlineData("a=1,__Host-s=v", "", "a=1")]
    [InlineData("a=1, __host-s=v; b=2", "", "a=1; b=2")]
    [InlineData("a,__Host-s=v", "", "a")]
    [InlineData("a=1,__Host-s=w; __Host-s=v", "v", "a=1")]
    public void Name_that_browsers_vouch_for_is_not_read_behind_a_comma_and_does_not_go_upstream(string line, string value, string others)
    {
        Assert.Equal(value, CookieHeader.FindOnly(line, "__Host-s", IsVouchedFor).ToString());
        Assert.Equal(others, CookieHeader.Without(line, IsVouchedFor).ToString());
    }

    [Theory]
    [InlineData(" ", ",")]
    [InlineData("", ",")]
    [InlineData("\t", ",")]
    [InlineData(" ", "=")]
    [InlineData(" ", ";")]
    [InlineData("", ",=")]
    [InlineData("a,", " ")]
    public void Hostile_line_of_60_kilobytes_is_read_in_linear_time(string first, string second)
    {
        var line = new StringValues("a=1;" + string.Concat(Enumerable.Repeat(first, 30_000 / Math.Max(1, first.Length))) + string.Concat(Enumerable.Repeat(second, 29_000 / second.Length)) + "x");

        // Quadratic reading took seconds, linear reading takes less than a millisecond; the best of five, for a busy machine.
        var best = Enumerable.Range(0, 5).Min(_ =>
        {
            var clock = Stopwatch.StartNew();
            CookieHeader.FindOnly(line, Name, IsOurs);
            CookieHeader.Without(line, IsOurs);
            return clock.Elapsed;
        });

        Assert.InRange(best.TotalMilliseconds, 0, 100);
    }

    private static bool IsVouchedFor(ReadOnlySpan<char> name) => name.Equals("__Host-s", StringComparison.OrdinalIgnoreCase);

    private static bool IsOurs(ReadOnlySpan<char> name) => name.SequenceEqual(Name);
}
