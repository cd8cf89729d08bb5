using System.Text.RegularExpressions;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>Reads the error answers of Redis, which differ between its releases.</summary>
/// <remarks>
/// Redis 7 answers the error of a command in a script like that of the command. Redis 6 answers
/// <c>ERR Error running script (call to f_…): @user_script:1: -OOM …</c>. A missing right has no
/// code of its own in a script.
/// </remarks>
internal static partial class RedisAnswer
{
    public const string NoPermission = "NOPERM";

    /// <summary>The error's code, such as <c>OOM</c>, also of a command in a script.</summary>
    public static string Code(string message)
    {
        var code = message.Split(' ', 2)[0];
        return code != "ERR" ? code
            : ForbiddenInScript().IsMatch(message) ? NoPermission
            : CodeInScript().Match(message) is { Success: true } inner ? inner.Groups[1].Value
            : code;
    }

    /// <summary>What <see cref="NoPermission"/> is about, without a key; empty when unknown.</summary>
    public static string MissingRight(string message) =>
        ForbiddenCommand().Match(message) is { Success: true } command
            ? $" (no permission to run '{command.Groups[1].Value}')"
        : ForbiddenChannel().IsMatch(message) ? " (no permission for the channel)"
        : ForbiddenKey().IsMatch(message) ? " (no permission for the keys)"
        : ForbiddenInScript().IsMatch(message) ? " (no permission to run a command in a script)"
        : "";

    // The dash is missing in some releases, and the place is repeated in others.
    [GeneratedRegex(@"user_script: ?\d+: -?([A-Z]{3,})\b(?!.*user_script: ?\d+: -)", RegexOptions.Singleline)]
    private static partial Regex CodeInScript();

    [GeneratedRegex("user executing the script can't|ACL failure in script")]
    private static partial Regex ForbiddenInScript();

    [GeneratedRegex(@"to run the '([A-Za-z|._-]{1,40})' command")]
    private static partial Regex ForbiddenCommand();

    [GeneratedRegex(@"\bchannels?\b")]
    private static partial Regex ForbiddenChannel();

    [GeneratedRegex(@"\bkeys?\b")]
    private static partial Regex ForbiddenKey();
}
