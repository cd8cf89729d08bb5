namespace AuthGateway.Cli.Checks;

/// <summary>Names of the checked areas. Stable: scripts read them.</summary>
internal static class CheckArea
{
    public const string Settings = "settings";
    public const string Provider = "provider";
    public const string Client = "client";
    public const string Clock = "clock";
    public const string Store = "store";
    public const string Upstream = "upstream";
}
