using System.CommandLine;
using AuthGateway.Cli.Import;
using AuthGateway.Limits;

namespace AuthGateway.Cli;

/// <summary>
/// Defines the commands and their options; <c>auth-gateway</c> without a command is <c>run</c>.
/// </summary>
internal static class CommandTree
{
    public static RootCommand Build()
    {
        var root = new RootCommand(
            "An authentication gateway for Kubeflow: OpenID Connect login in front of everything.");
        root.Options.Add(EnvFiles());
        root.Options.Add(Oauth2ProxyFile());
        root.SetAction((parsed, cancellationToken) =>
            RunCommand.RunAsync(Files(parsed), Oauth2ProxyFile(parsed), cancellationToken));
        root.Subcommands.Add(Run());
        root.Subcommands.Add(Check());
        root.Subcommands.Add(ImportTree.Build());
        root.Subcommands.Add(Settings());
        root.Subcommands.Add(Limits());
        root.Subcommands.Add(SessionsTree.Build(EnvFiles));
        return root;
    }

    private static Command Run()
    {
        var command = new Command("run", "Reads the settings and serves until it is stopped.")
        { EnvFiles(), Oauth2ProxyFile() };
        command.SetAction((parsed, cancellationToken) =>
            RunCommand.RunAsync(Files(parsed), Oauth2ProxyFile(parsed), cancellationToken));
        return command;
    }

    private static Command Check()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON." };
        var command = new Command(
            "check",
            "Checks settings, provider, clock, store and upstreams. "
            + "Exit code 0 no findings, 1 findings, 2 invalid settings.")
        { EnvFiles(), Oauth2ProxyFile(), json };
        command.SetAction((parsed, cancellationToken) => CheckCommand.RunAsync(
            Files(parsed),
            Oauth2ProxyFile(parsed),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            cancellationToken));
        return command;
    }

    private static Command Settings()
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print docs/settings.md." };
        var command = new Command("settings", "Prints every setting with its default and meaning.") { markdown };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(
            parsed.GetValue(markdown) ? SettingsCommand.Markdown() : SettingsCommand.Text()));
        return command;
    }

    private static Command Limits()
    {
        var command = new Command(
            "limits", "Prints docs/limits.md: the limits for strangers and for the whole process.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(LimitTable.Markdown()));
        return command;
    }

    private static Option<string[]> EnvFiles() => new("--env-file")
    {
        Description = "A file of KEY=VALUE lines (repeatable; a later file wins, the environment wins over files).",
        HelpName = "FILE",
    };

    private static Option<string?> Oauth2ProxyFile() => new("--oauth2-proxy-config", "--config")
    {
        Description = "Settings of oauth2-proxy, read as they are (oauth2_proxy.cfg, TOML); our own take precedence.",
        HelpName = "FILE",
    };

    private static string? Oauth2ProxyFile(ParseResult parsed) =>
        parsed.GetValue<string?>("--oauth2-proxy-config");

    private static string[] Files(ParseResult parsed) => parsed.GetValue<string[]>("--env-file") ?? [];
}
