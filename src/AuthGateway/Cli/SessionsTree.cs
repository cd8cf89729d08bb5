using System.CommandLine;

namespace AuthGateway.Cli;

/// <summary>Defines <c>auth-gateway sessions</c> and its options.</summary>
internal static class SessionsTree
{
    public static Command Build(Func<Option<string[]>> envFiles)
    {
        var command = new Command("sessions", "Lists and ends sessions in the store, also beside a running gateway.");
        command.Subcommands.Add(Leaf(
            "list",
            "Lists sessions, last used first. Exit code 0 done, 1 the store does not answer, 2 invalid settings.",
            envFiles(),
            SessionsCommand.ListAsync));
        command.Subcommands.Add(Leaf(
            "end",
            "Ends the selected sessions; a running gateway follows within a second. Exit code 0 ended, "
            + "1 no session matched or the store does not answer, 2 invalid settings or no selection.",
            envFiles(),
            SessionsCommand.EndAsync));
        command.Subcommands.Add(Reset(envFiles()));
        return command;
    }

    private static Command Reset(Option<string[]> files)
    {
        var yes = new Option<bool>("--yes") { Description = "Confirms that all users have to log in again." };
        var command = new Command(
            "reset",
            "Moves the SQLite file away, damaged or not; a running gateway makes a new one. "
            + "Exit code 0 done, 1 it cannot be moved, 2 invalid settings or no --yes.")
        { files, yes };
        command.SetAction((parsed, _) => SessionsReset.RunAsync(
            parsed.GetValue(files) ?? [],
            parsed.GetValue(yes),
            TimeProvider.System,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static Command Leaf(
        string name, string description, Option<string[]> files,
        Func<IReadOnlyList<string>, SessionSelection, bool, TextWriter, TextWriter, CancellationToken, Task<int>> run)
    {
        var user = TextOption("--user", "USER", "Sessions of this user id, as applications see it.");
        var sid = TextOption("--sid", "SID", "Sessions of this session id of the provider.");
        var id = TextOption("--id", "DIGITS", "Sessions whose id, as printed by sessions list, begins with this.");
        var all = new Option<bool>("--all") { Description = "All sessions." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(name, description) { files, user, sid, id, all, json };
        command.SetAction((parsed, cancellationToken) => run(
            parsed.GetValue(files) ?? [],
            new SessionSelection(
                parsed.GetValue(user), parsed.GetValue(sid), parsed.GetValue(id), parsed.GetValue(all)),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    private static Option<string?> TextOption(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
