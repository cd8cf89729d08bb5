using System.CommandLine;

namespace AuthGateway.Quickstart;

/// <summary>The command line: three ports.</summary>
internal static class QuickstartCommand
{
    public static RootCommand Build()
    {
        var gateway = Port("--port", 8989, "Port of the gateway; open http://localhost:PORT in a browser. 0 = a free one.");
        var provider = Port("--provider-port", 8988, "Port of the development OpenID Provider on 127.0.0.1. 0 = a free one.");
        var app = Port("--app-port", 0, "Port of the sample application on 127.0.0.1, as it is without the gateway. 0 = a free one.");
        var command = new RootCommand(
            "Starts a development OpenID Provider, a sample Kubeflow-like application and the gateway in front of it, in one process and on loopback alone. "
            + "The line 'READY http://localhost:PORT' says that all of it works; users and passwords are printed before it and stand on the login page. "
            + "Ctrl-C ends it; nothing is kept. Exit codes: 0 stopped, 2 a port cannot be opened or an option is wrong.")
        {
            gateway, provider, app,
        };
        command.SetAction((parsed, _) => QuickstartRun.RunAsync(
            new QuickstartPorts(parsed.GetValue(gateway), parsed.GetValue(provider), parsed.GetValue(app))));
        return command;
    }

    private static Option<int> Port(string name, int initial, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "PORT", DefaultValueFactory = _ => initial };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var port) || port is < 0 or > 65535))
            {
                result.AddError($"{name}: '{result.Tokens[0].Value}' is no port (0 to 65535)");
            }
        });
        return option;
    }
}
