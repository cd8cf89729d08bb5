using System.Runtime.InteropServices;

namespace AuthGateway.Quickstart;

/// <summary>The quickstart as a process: start, say so, wait for a signal, stop.</summary>
internal static class QuickstartRun
{
    private const int Fine = 0;
    private const int Refused = 2;

    /// <returns>0 after SIGINT or SIGTERM, 2 when a port cannot be opened.</returns>
    public static async Task<int> RunAsync(QuickstartPorts ports)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        InterruptSignal.StopIgnoring();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        try
        {
            await using var quickstart = await RunningQuickstart.StartAsync(ports, stop.Token);
            await AnnounceAsync(quickstart);
            await WaitAsync(stop.Token);
            return Fine;
        }
        catch (PortUnavailableException refused)
        {
            await Console.Error.WriteLineAsync("error: " + refused.Message);
            return Refused;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C during the start.
            return Fine;
        }
    }

    private static async Task AnnounceAsync(RunningQuickstart quickstart)
    {
        await Console.Out.WriteLineAsync($"OpenID Provider  {quickstart.Provider!.Issuer}");
        await Console.Out.WriteLineAsync($"Sample app       {quickstart.App!.Address} (without the gateway in front)");
        await Console.Out.WriteLineAsync($"Probes           {quickstart.Gateway!.ProbeAddress}readyz");
        await Console.Out.WriteLineAsync($"Single sign-out  {quickstart.Provider.Issuer}sessions ends a login everywhere; {quickstart.PublicUrl}socket shows a WebSocket being closed by it");
        await Console.Out.WriteLineAsync("Users            (for development only)");
        foreach (var user in quickstart.Provider.Users.All)
        {
            var groups = user.Groups.Count == 0 ? "no groups" : "groups " + string.Join(", ", user.Groups);
            await Console.Out.WriteLineAsync($"  {user.UserName} / {user.Password}   {user.Email}, {groups}");
        }

        await Console.Out.WriteLineAsync($"READY {quickstart.PublicUrl.GetLeftPart(UriPartial.Authority)}");
    }

    private static async Task WaitAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);
        await stopped.Task;
    }
}
