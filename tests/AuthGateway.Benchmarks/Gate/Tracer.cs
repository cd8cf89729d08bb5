using System.Collections.Concurrent;
using System.Globalization;

namespace AuthGateway.Benchmarks.Gate;

/// <summary>
/// Counts what the threads of a child process do while they serve requests: instructions in user mode one by one, or
/// system calls. Needs no counters of the processor.
/// </summary>
/// <remarks>
/// Threads that only do background work are left out: their turns come by the clock. Instructions are those of the socket
/// thread, which serves a request from its first to its last byte; work that moves to another thread shows in the system
/// calls, which count on all the others too.
/// </remarks>
internal sealed class Tracer : IDisposable
{
    private static readonly string[] Background =
        ["beat", "session-store", ".NET Timer", ".NET TP Gate", ".NET Tiered", ".NET Signal", ".NET Finalizer", "Kestrel Timer", ".NET Long Elaps"];

    private readonly int _process;
    private readonly int _request;
    private readonly Thread _thread;
    private readonly ConcurrentDictionary<int, bool> _isCounted = new();
    private readonly TaskCompletionSource _attached = new();
    private long _stops;
    private volatile bool _isEnding;

    /// <param name="process">A child of this process.</param>
    /// <param name="request"><see cref="Ptrace.SingleStep"/> or <see cref="Ptrace.SystemCall"/>.</param>
    public Tracer(int process, int request)
    {
        _process = process;
        _request = request;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
        _attached.Task.Wait();
    }

    /// <summary>Instructions, or system calls, until now.</summary>
    public long Count => _request == Ptrace.SystemCall ? Interlocked.Read(ref _stops) / 2 : Interlocked.Read(ref _stops);

    /// <summary>Lets the process go on alone.</summary>
    public void Dispose()
    {
        _isEnding = true;
        // Any stop makes the tracer look; a process without work has none of its own. It ignores this signal.
        foreach (var thread in _isCounted.Keys)
        {
            _ = Ptrace.KillThread(_process, thread, Ptrace.UrgentSignal);
        }

        _thread.Join();
    }

    private void Run()
    {
        try
        {
            foreach (var task in Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process}/task")))
            {
                var thread = int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture);
                if (thread == _process)
                {
                    // The main thread only waits for the end, and the runtime of this process takes its stops for exits.
                    continue;
                }

                _isCounted[thread] = IsCounted(thread);
                Ptrace.Run(Ptrace.Seize, thread, Ptrace.Options);
                Ptrace.Run(Ptrace.Interrupt, thread);
            }

            _attached.SetResult();
        }
        catch (Exception e)
        {
            _attached.SetException(e);
            return;
        }

        while (!_isCounted.IsEmpty && Ptrace.Wait(out var status) is > 0 and var thread)
        {
            Handle(thread, status);
        }
    }

    private void Handle(int thread, int status)
    {
        var hasEnded = (status & 0xff) != 0x7f;
        if (hasEnded)
        {
            _isCounted.TryRemove(thread, out _);
            return;
        }

        var (signal, stop) = ((status >> 8) & 0xff, status >> 16);
        var isCounted = _isCounted.GetOrAdd(thread, IsCounted);
        var isOurs = stop != 0 || (signal & 0x7f) == Ptrace.TrapSignal;
        if (isCounted && stop == 0 && signal == (_request == Ptrace.SystemCall ? Ptrace.TrapSignal | 0x80 : Ptrace.TrapSignal))
        {
            Interlocked.Increment(ref _stops);
        }

        if (_isEnding)
        {
            LetGo(thread, isOurs ? 0 : signal);
            return;
        }

        Ptrace.Run(isCounted ? _request : Ptrace.Continue, thread, isOurs ? 0 : signal);
    }

    /// <summary>The first thread that stops has all others stopped too.</summary>
    private void LetGo(int thread, int signal)
    {
        Ptrace.Run(Ptrace.Detach, thread, signal);
        _isCounted.TryRemove(thread, out _);
        foreach (var other in _isCounted.Keys)
        {
            Ptrace.Run(Ptrace.Interrupt, other);
        }
    }

    private bool IsCounted(int thread)
    {
        try
        {
            var name = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process}/task/{thread}/comm"));
            return _request == Ptrace.SingleStep
                ? name.StartsWith(".NET Sockets", StringComparison.Ordinal)
                : !Background.Any(background => name.StartsWith(background, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }
}
