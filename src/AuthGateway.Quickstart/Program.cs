using AuthGateway.Quickstart;

var parsed = QuickstartCommand.Build().Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync("error: " + parsed.Errors[0].Message);
    return 2;
}

// Signals are handled by the run itself, so that everything is stopped in order.
return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null });
