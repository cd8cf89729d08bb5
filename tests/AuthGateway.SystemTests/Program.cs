using AuthGateway.SystemTests.Limits;

// A flood runs in a process of its own (FloodProcess), so that it does not slow the clients whose time is measured.
if (args is [FloodProcess.Command, ..])
    return await FloodProcess.MainAsync(args);
return args.Contains("--server") || args.Contains("--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, AuthGateway.SystemTests.SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
