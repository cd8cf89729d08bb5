using System.CommandLine;

namespace AuthGateway.Cli;

/// <summary>The options of <c>auth-gateway sessions</c>.</summary>
internal static class SessionsTree
{
    public static Command Build(Func<Option<string[]>> envFiles)
    {
        var command = new Command("sessions", "Lists and ends sessions in the store, also beside a running gateway.");
        command.Subcommands.Add(Leaf(
            "list", "Lists sessions, last used first. Exit code 0 done, 1 the store does not answer, 2 settings broken.", envFiles(), SessionsCommand.ListAsync));
        command.Subcommands.Add(Leaf(
            "end", "Ends the chosen sessions; a running gateway notices within a second. Exit code 0 ended, 1 none matched or the store does not answer, 2 settings broken or none chosen.", envFiles(), SessionsCommand.EndAsync));
        return command;
    }

    private static Command Leaf(
        string name, string description, Option<string[]> files,
        Func<IReadOnlyList<string>, SessionSelection, bool, TextWriter, TextWriter, CancellationToken, Task<int>> run)
    {
        var user = new Option<string?>("--user") { Description = "Of this user id, as applications see it.", HelpName = "USER" };
        var sid = new Option<string?>("--sid") { Description = "Of this session of the provider.", HelpName = "SID" };
        var id = new Option<string?>("--id") { Description = "Whose id begins so, as sessions list shows it.", HelpName = "DIGITS" };
        var all = new Option<bool>("--all") { Description = "All of them." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(name, description) { files, user, sid, id, all, json };
        command.SetAction((parsed, cancellationToken) => run(
            parsed.GetValue(files) ?? [],
            new SessionSelection(parsed.GetValue(user), parsed.GetValue(sid), parsed.GetValue(id), parsed.GetValue(all)),
            parsed.GetValue(json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken));
        return command;
    }
}
