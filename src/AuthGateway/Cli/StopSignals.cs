using System.Runtime.InteropServices;

namespace AuthGateway.Cli;

/// <summary>Records whether a stop signal arrived; the host handles the signals.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _haveCome;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Record),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Record),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Record),
    ];

    public bool HaveCome => _haveCome;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Record(PosixSignalContext context) => _haveCome = true;
}
