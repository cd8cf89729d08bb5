using AuthGateway.Configuration.GoRegex;

namespace AuthGateway.Tests.Configuration;

/// <summary>
/// <c>USERID_TRANSFORMERS</c> against what Go documents: regexp.ReplaceAllString, regexp.Expand and regexp/syntax. Expected values are Go's,
/// where they can be had.
/// </summary>
public class GoTemplateTests
{
    [Theory]
    // The two inputs of the field: named and unnamed groups are numbered together from the left.
    [InlineData(@"^(?P<n>[a-z]+)@(example)\.com$", "$1-x", "alice@example.com", "alice-x")]
    [InlineData(@"^(?P<n>[a-z]+)@(example)\.com$", "${n}-$2", "alice@example.com", "alice-example")]
    [InlineData("(a)(?P<n>b)(c)", "$1$2$3", "abc", "abc")]
    [InlineData("(a)(?P<n>b)(c)", "$3$n$1", "abc", "cba")]
    [InlineData("(?P<x>a)(b)(?P<y>c)(d)", "${y}${x}$4$2", "abcd", "cadb")]
    [InlineData("(?P<outer>a(b(?P<inner>c)))", "$1|$2|$3|$inner", "abc", "abc|bc|c|c")]
    // Go 1.22: the other spelling of a named group.
    [InlineData("(?<n>a)(b)", "$2${n}", "ab", "ba")]
    [InlineData("(?:a)(b)", "$1", "ab", "b")]
    [InlineData("(?i:A)(b)", "$1", "ab", "b")]
    [InlineData("(?i)(A)(b)", "$2$1", "ab", "ba")]
    // Brackets that open no group.
    [InlineData(@"\((a)[(](?P<n>b)", "$1$2", "(a(b", "ab")]
    // The longest run of letters, digits and _ is the name; what is no group is nothing.
    [InlineData("(a)", "$1x", "a", "")]
    [InlineData("(a)", "${1}x", "a", "ax")]
    [InlineData("(a)", "$2", "a", "")]
    [InlineData("(a)", "[$9999999999]", "a", "[]")]
    [InlineData("(a)", "[$01]", "a", "[]")]
    [InlineData("(a)", "[$unknown]", "a", "[]")]
    [InlineData("(a)", "$0$0", "a", "aa")]
    [InlineData("(a)", "$$1", "a", "$1")]
    [InlineData("(a)", "$1$$", "a", "a$")]
    // An optional group that took no part is nothing.
    [InlineData("(a)(?P<n>z)?", "[$2$n]", "a", "[]")]
    [InlineData("([a-z]+)@(?P<host>[a-z]+)", "${host}/$1", "ann@a bob@b", "a/ann b/bob")]
    public void Template_is_expanded_as_go_does(string pattern, string template, string input, string expected)
    {
        var rule = Re2Translator.Translate(pattern, template);

        Assert.Equal(expected, rule.Pattern.Replace(input, rule.Replacement));
    }

    [Theory]
    [InlineData("(?U)a+", "the flag U (ungreedy) at position 0 has no equal here")]
    [InlineData("x(?iU:a+)", "the flag U (ungreedy) at position 1 has no equal here")]
    [InlineData("(?m)^a", "the flag m (several lines) at position 0 has no equal here")]
    [InlineData("(?P<n>a)(?P<n>b)", "the group at position 8 has the name n of another one")]
    [InlineData("(?P<>a)", "the group at position 0 has no name")]
    [InlineData("(?P<n-1>a)", "the group at position 0 has no name")]
    [InlineData("(?<n", "the group at position 0 has no name")]
    [InlineData("(?'n'a)", "the group at position 0 has no equal here")]
    [InlineData("(?#x)a", "the group at position 0 has no equal here")]
    [InlineData("(?<=a)b", "look-around at position 0")]
    public void What_has_no_equal_is_named_with_its_position(string pattern, string sentence)
    {
        var refusal = Assert.Throws<FormatException>(() => Re2Translator.Translate(pattern, ""));

        Assert.StartsWith(sentence, refusal.Message, StringComparison.Ordinal);
    }
}
