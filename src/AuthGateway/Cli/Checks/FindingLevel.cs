namespace AuthGateway.Cli.Checks;

/// <summary>Severity of a finding of <c>check</c>. Stable: scripts read the values.</summary>
internal static class FindingLevel
{
    /// <summary>The gateway does not start with it.</summary>
    public const string Error = "error";

    /// <summary>Something does not work, or discloses data. Exit code 1.</summary>
    public const string Warning = "warning";

    /// <summary>A common and safe choice. Does not change the exit code.</summary>
    public const string Hint = "hint";
}
