namespace AuthGateway.Tests.Conventions;

/// <summary>The layers of <c>src/AuthGateway</c>.</summary>
internal static class Layers
{
    // The lowest layer first. A layer may use those on earlier lines and on its own line.
    private static readonly string[][] Order =
    [
        ["Configuration"],
        ["Http"],
        ["Access"],
        ["Observability"],
        ["Pages"],
        ["Limits"],
        ["Outgoing"],
        ["Sessions/Store", "Sessions/Protection"],
        ["Sessions"],
        ["Oidc/Provider"],
        ["Oidc/Tokens"],
        ["Oidc/Login"],
        ["Oidc/Logout"],
        ["Oidc/Refresh"],
        ["Oidc"],
        ["Authentication"],
        ["Authorization"],
        ["Pipeline"],
        ["Endpoints", "Proxy"],
        ["Hosting"],
        ["Cli"],
        [""],
    ];

    /// <summary>
    /// Height of a folder's layer; -1 for a folder that has none. The longest name that fits counts:
    /// <c>Sessions/Store</c> before <c>Sessions</c>.
    /// </summary>
    /// <param name="folder">Relative to <c>src/AuthGateway</c>; empty for that folder itself.</param>
    public static int LevelOf(string folder)
    {
        var names = Order.SelectMany(line => line).Where(name =>
            folder == name || (name.Length > 0 && folder.StartsWith(name + "/", StringComparison.Ordinal)));
        return names.MaxBy(name => name.Length) is { } layer
            ? Array.FindIndex(Order, line => line.Contains(layer))
            : -1;
    }
}
