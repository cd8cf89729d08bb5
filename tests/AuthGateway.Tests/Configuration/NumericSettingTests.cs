using System.Collections;
using System.Globalization;
using System.Reflection;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Catalogue;

namespace AuthGateway.Tests.Configuration;

/// <summary>Every number of the catalogue is read in every spelling of Go's (M10), whatever it is: a port, a time, a count.</summary>
public class NumericSettingTests
{
    private static readonly int[] Candidates = [21, 100, 8089, 65536, 1048576];

    public static TheoryData<string> Names =>
        [.. SettingCatalogue.All.Where(setting => setting.State == SettingState.Active && setting.Type is SettingType.Number or SettingType.Port or SettingType.Duration).Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_spelling_is_the_same_number(string name)
    {
        var number = Candidates.FirstOrDefault(candidate => Read(name, $"{candidate}").Errors.Count == 0);
        Assert.True(number > 0, $"{name} takes none of the candidates: {string.Join(' ', Read(name, "20").Errors)}");
        var expected = Values(Read(name, $"{number}").Options!);
        Assert.NotEqual(expected, Values(Read(name, "").Options!));

        string[] spellings = [$"0x{number:x}", $"0X{number:X}", $"0b{number:b}", "0o" + Convert.ToString(number, 8), "0" + Convert.ToString(number, 8), $"+{number}", $"{number / 10}_{number % 10}"];
        Assert.All(spellings, spelling =>
        {
            var result = Read(name, spelling);
            Assert.True(result.Errors.Count == 0, $"{name}={spelling}: {string.Join(' ', result.Errors)}");
            Assert.Equal(expected, Values(result.Options!));
        });
        Assert.All(["0x", "1__0", "08x", "1.5.1"], spelling => Assert.Contains(Read(name, spelling).Errors, error => error.StartsWith(name + ": ", StringComparison.Ordinal)));
    }

    private static SettingsResult Read(string name, string value) => KubeflowEnvironments.Read(
        "1.8", "SESSION_STORE_TYPE=redis", "SESSION_STORE_REDIS_ADDR=127.0.0.1:6379", "CACHE_ENABLED=true", "STRICT_SESSION_VALIDATION=true", "SESSION_MAX_AGE=1000000", $"{name}={value}");

    /// <summary>Every number and time of the options, by its path.</summary>
    private static string Values(object options)
    {
        var lines = new List<string>();
        Walk(options, "", lines);
        return string.Join('\n', lines);
    }

    private static void Walk(object value, string path, List<string> lines)
    {
        if (value is IFormattable and (int or long or double or TimeSpan))
        {
            lines.Add($"{path}={((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)}");
        }
        else if (value is not IEnumerable && value.GetType().Namespace == typeof(GatewayOptions).Namespace && !value.GetType().IsEnum)
        {
            foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
            {
                if (property.GetValue(value) is { } inner)
                {
                    Walk(inner, $"{path}/{property.Name}", lines);
                }
            }
        }
    }
}
