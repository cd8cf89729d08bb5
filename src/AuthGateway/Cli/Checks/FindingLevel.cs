namespace AuthGateway.Cli.Checks;

/// <summary>How much a finding of <c>check</c> weighs; stable, scripts read the values.</summary>
internal static class FindingLevel
{
    /// <summary>The gateway does not start with it.</summary>
    public const string Error = "error";

    /// <summary>Something does not work, or gives something away. Exit code 1.</summary>
    public const string Warning = "warning";

    /// <summary>A common choice that is safe to keep. Changes no exit code.</summary>
    public const string Hint = "hint";
}
