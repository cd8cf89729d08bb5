using AuthGateway.Tests.Conventions;

namespace AuthGateway.Tests.Walks;

/// <summary>
/// What a reader goes through who follows one request: the gateway's methods in the order of their first call.
/// </summary>
internal sealed class Walk(IReadOnlyList<FirstCall> calls)
{
    public IReadOnlyList<FirstCall> Calls => calls;

    public int Types => calls.Select(call => call.Type).Distinct().Count();

    /// <summary>How often the next method is in another folder.</summary>
    public int FolderChanges => Steps(call => call.Folder).Count;

    /// <summary>How often the next method is in a folder of a higher layer (<see cref="Layers"/>).</summary>
    public int MovesBackUp => CountUp(call => call.Folder);

    /// <summary>The same with a folder and the folders in it as one: <c>Oidc/Login/Callback</c> is <c>Oidc</c>.</summary>
    public int AreaChanges => Steps(Area).Count;

    /// <inheritdoc cref="AreaChanges"/>
    public int MovesBackUpBetweenAreas => CountUp(Area);

    public override string ToString() =>
        $"types {Types}, folder changes {FolderChanges}, moves back up {MovesBackUp}; "
        + $"between areas: changes {AreaChanges}, moves back up {MovesBackUpBetweenAreas}";

    private static string Area(FirstCall call) => call.Folder.Split('/')[0];

    private int CountUp(Func<FirstCall, string> place) =>
        Steps(place).Count(step => Layers.LevelOf(step.To) > Layers.LevelOf(step.From));

    private List<(string From, string To)> Steps(Func<FirstCall, string> place) =>
        [.. calls.Zip(calls.Skip(1), (a, b) => (place(a), place(b))).Where(step => step.Item1 != step.Item2)];
}
