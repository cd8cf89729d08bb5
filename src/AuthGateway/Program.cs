using System.CommandLine;
using AuthGateway.Cli;
using AuthGateway.Hosting;
using AuthGateway.Limits.MemoryUse;

SocketCompletions.PreferInline();
NativeMemoryUse.Limit();

// A stop takes as long as SHUTDOWN_DELAY and the drain need. The host handles the signals, so the
// command line must not end the process after its default of 2 s.
var parsed = CommandTree.Build().Parse(args);
var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

// A mistyped option is no finding of check and no "nothing matched" of sessions end.
return parsed.Errors.Count > 0 ? ExitCode.BrokenSettings : exitCode;
