namespace AuthGateway.Cli;

/// <summary>What a command tells the shell.</summary>
internal static class ExitCode
{
    public const int Fine = 0;
    public const int Findings = 1;
    public const int BrokenSettings = 2;

    /// <summary>The server ended and nobody had told it to: whatever supervises the process starts it again.</summary>
    public const int Ended = 3;
}
