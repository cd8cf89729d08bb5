using System.Runtime.InteropServices;

namespace AuthGateway.Cli;

/// <summary>Remembers whether the process was told to stop; the host itself acts on the signals.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _haveCome;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Note), PosixSignalRegistration.Create(PosixSignal.SIGINT, Note), PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Note),
    ];

    public bool HaveCome => _haveCome;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Note(PosixSignalContext context) => _haveCome = true;
}
