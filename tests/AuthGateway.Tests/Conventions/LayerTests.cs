namespace AuthGateway.Tests.Conventions;

/// <summary>Layers know each other in one direction only; read from the compiler's symbols, not from text.</summary>
public sealed class LayerTests
{
    [Fact]
    public void A_layer_uses_no_higher_one() => Assert.Empty(SourceModel.Uses()
        .Where(use => LevelOf(use.To) > LevelOf(use.From))
        .Select(use => $"{use.From} uses {use.Type} ({use.To})")
        .Order(StringComparer.Ordinal));

    [Fact]
    public void Every_folder_has_its_layer() => Assert.DoesNotContain(SourceModel.Files.Keys, file => LevelOf(file) < 0);

    [Fact]
    public void Uses_are_found() => Assert.True(SourceModel.Uses().Count() > 2000);

    private static int LevelOf(string file) =>
        Layers.LevelOf(file.Contains('/', StringComparison.Ordinal) ? file[..file.LastIndexOf('/')] : "");
}
