namespace AuthGateway.Cli;

/// <summary>Exit codes of the commands.</summary>
internal static class ExitCode
{
    public const int Fine = 0;
    public const int Findings = 1;
    public const int BrokenSettings = 2;

    /// <summary>
    /// The server ended without a stop signal; the process supervisor should restart it.
    /// </summary>
    public const int Ended = 3;
}
