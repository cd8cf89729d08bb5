namespace AuthGateway.Tests.Conventions;

/// <summary>Layers know each other in one direction only; read from the compiler's symbols, not from text.</summary>
public sealed class LayerTests
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

    [Fact]
    public void A_layer_uses_no_higher_one() => Assert.Empty(SourceModel.Uses()
        .Where(use => LevelOf(use.To) > LevelOf(use.From))
        .Select(use => $"{use.From} uses {use.Type} ({use.To})")
        .Order(StringComparer.Ordinal));

    [Fact]
    public void Every_folder_has_its_layer() => Assert.DoesNotContain(SourceModel.Files.Keys, file => LevelOf(file) < 0);

    [Fact]
    public void Uses_are_found() => Assert.True(SourceModel.Uses().Count() > 2000);

    // The longest name that fits: Sessions/Store before Sessions.
    private static int LevelOf(string file)
    {
        var folder = file.Contains('/', StringComparison.Ordinal) ? file[..file.LastIndexOf('/')] : "";
        var names = Order.SelectMany(line => line).Where(name => folder == name || (name.Length > 0 && folder.StartsWith(name + "/", StringComparison.Ordinal)));
        return names.MaxBy(name => name.Length) is { } layer ? Array.FindIndex(Order, line => line.Contains(layer)) : -1;
    }
}
