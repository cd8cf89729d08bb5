using System.Reflection;
using System.Text.RegularExpressions;
using AuthGateway.Tests.Packaging;

namespace AuthGateway.Tests.Conventions;

/// <summary>docs/compatibility.md is held against the tests themselves, in both directions.</summary>
public class CompatibilityTableTests
{
    private const string System = "tests/AuthGateway.SystemTests";

    private static readonly IReadOnlyDictionary<string, string> Rows = Regex
        .Matches(Repository.Read("docs/compatibility.md"), @"^\| ([CD]\d\d) \|[^|\n]*\| ([^|\n]+) \|$", RegexOptions.Multiline)
        .ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

    private static readonly HashSet<string> Tests = [.. OfThisAssembly(), .. OfTheSystemTests()];

    [Fact]
    public void Every_case_stands_in_the_table_once_and_in_order() => Assert.Equal(
        [.. Enumerable.Range(1, 86).Select(i => $"C{i:00}"), .. Enumerable.Range(1, 51).Select(i => $"D{i:00}")],
        Regex.Matches(Repository.Read("docs/compatibility.md"), @"^\| ([CD]\d\d) \|", RegexOptions.Multiline).Select(row => row.Groups[1].Value));

    [Fact]
    public void Every_row_names_a_test_or_says_in_a_sentence_why_not() =>
        Assert.All(Rows, row => Assert.Matches(@"`\w+\.\w+`|^[A-Z].{10,}\.$", row.Value));

    [Fact]
    public void Every_named_test_exists() => Assert.Empty(
        Rows.SelectMany(row => Named(row.Value).Where(name => !Tests.Contains(name)).Select(name => $"{row.Key}: {name}")));

    [Fact]
    public void Every_test_named_by_a_case_stands_in_its_row() => Assert.Empty(
        from test in Tests
        let id = Regex.Match(test, @"\.([CD]\d\d)_").Groups[1].Value
        where id.Length > 0 && !(Rows.TryGetValue(id, out var row) && Named(row).Contains(test))
        select $"{id}: write `{test}` into its row of docs/compatibility.md");

    [Fact]
    public void Every_row_of_what_changes_in_the_migration_guide_names_tests_that_exist()
    {
        var table = Regex.Match(Repository.Read("docs/migration-from-oidc-authservice.md"), "## What changes for you\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;
        var rows = table.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(Named(row), Tests.Contains));
        Assert.Empty(rows.SelectMany(row => Named(row).Where(name => name.Contains("Tests.", StringComparison.Ordinal) && !Tests.Contains(name))));
    }

    /// <summary>The lists and the table of the other sections, too.</summary>
    [Theory]
    [InlineData("What is different", "- ", 8)]
    [InlineData("Tokens instead of a session", "- ", 7)]
    [InlineData("Setting by setting", "| `", 19)]
    public void Every_difference_in_the_migration_guide_names_tests_that_exist(string section, string beginning, int least)
    {
        var text = Regex.Match(Repository.Read("docs/migration-from-oidc-authservice.md"), $"## {section}\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;
        var entries = Regex.Matches(text, $@"^{Regex.Escape(beginning)}.*(?:\n  .*)*", RegexOptions.Multiline).Select(entry => entry.Value).ToList();

        Assert.True(entries.Count >= least, $"{entries.Count} entries");
        Assert.All(entries, entry => Assert.Contains(Named(entry), Tests.Contains));
        Assert.Empty(entries.SelectMany(entry => Named(entry).Where(name => name.Contains("Tests.", StringComparison.Ordinal) && !Tests.Contains(name))));
    }

    private static IEnumerable<string> Named(string row) => Regex.Matches(row, @"`(\w+\.\w+)`").Select(match => match.Groups[1].Value);

    private static IEnumerable<string> OfThisAssembly() =>
        from type in typeof(CompatibilityTableTests).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
        where method.GetCustomAttribute<FactAttribute>() is not null
        select $"{type.Name}.{method.Name}";

    /// <summary>The other assembly is read as text: it is built after this one.</summary>
    private static IEnumerable<string> OfTheSystemTests() =>
        from file in Directory.GetFiles(Path.Combine(Repository.Root, System), "*Tests.cs", SearchOption.AllDirectories)
        from Match method in Regex.Matches(File.ReadAllText(file), @"\[(?:Fact|Theory)[^\n]*\n(?:\s+\[[^\n]*\n)*\s+public (?:async )?(?:Task|void) (\w+)\(")
        select $"{Path.GetFileNameWithoutExtension(file)}.{method.Groups[1].Value}";
}
