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
        command.Subcommands.Add(Reset(envFiles()));
        return command;
    }

    private static Command Reset(Option<string[]> files)
    {
        var yes = new Option<bool>("--yes") { Description = "Everybody logs in once more, and that is wanted." };
        var command = new Command("reset", "Moves the SQLite file away, damaged or not; a running gateway makes a new one. Exit code 0 done, 1 it cannot be moved, 2 settings broken or not sure.") { files, yes };
        command.SetAction((parsed, _) => SessionsReset.RunAsync(
            parsed.GetValue(files) ?? [], parsed.GetValue(yes), TimeProvider.System, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
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
