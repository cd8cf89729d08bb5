using System.CommandLine;

namespace AuthGateway.Cli.Import;

/// <summary>Defines <c>auth-gateway import</c> and its options.</summary>
internal static class ImportTree
{
    public static Command Build()
    {
        var command = new Command(
            "import",
            "Prints settings of another gateway as settings of this one, with a note for each that differs. "
            + "Exit code 0 done, 1 the gateway would not start on them, 2 a file cannot be read.");
        command.Subcommands.Add(Leaf(
            "oauth2-proxy",
            "oauth2_proxy.cfg (TOML), env files with OAUTH2_PROXY_… and Helm values; a later file takes precedence.",
            ImportSources.Oauth2Proxy));
        command.Subcommands.Add(Leaf(
            "oidc-authservice", "Env files of oidc-authservice, of any generation.", ImportSources.OidcAuthservice));
        command.Subcommands.Add(Leaf(
            "ingress-nginx",
            "Ingress objects (YAML) with the annotations auth-url, auth-signin and auth-response-headers.",
            ImportSources.IngressNginx));
        return command;
    }

    private static Command Leaf(string name, string description, Func<IReadOnlyList<ImportFile>, ImportResult> read)
    {
        var files = new Argument<string[]>("FILE") { Description = "Files to read.", Arity = ArgumentArity.OneOrMore };
        var secrets = new Option<bool>("--show-secrets") { Description = "Print secrets too, instead of ***." };
        var command = new Command(name, description) { files, secrets };
        command.SetAction(parsed => ImportCommand.Run(
            parsed.GetValue(files) ?? [],
            parsed.GetValue(secrets),
            read,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }
}
