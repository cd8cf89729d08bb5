using System.CommandLine;
using AuthGateway.Cli;

// A stop takes as long as SHUTDOWN_DELAY and the drain need: the host listens to the signals, the command line does not end the process after 2 s.
return await CommandTree.Build().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
