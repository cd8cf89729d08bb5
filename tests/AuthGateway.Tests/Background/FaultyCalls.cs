using System.Collections.Concurrent;
using System.Reflection;
using AuthGateway.Tests.Faults;

namespace AuthGateway.Tests.Background;

/// <summary>A session store whose every method can be made to throw once something that no caller expects.</summary>
public class FaultyCalls : StoreCalls
{
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ConcurrentDictionary<string, bool> _armed = new();

    /// <summary>How often a method was called after it threw.</summary>
    public int CallsAfterFault(string method) => _calls.GetValueOrDefault(method);

    public void Arm(string method)
    {
        _calls[method] = 0;
        _armed[method] = true;
    }

    public bool IsArmed(string method) => _armed.GetValueOrDefault(method);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name;
        if (_armed.TryUpdate(name, false, true))
        {
            throw new InvalidOperationException("thrown by the test in " + name);
        }

        _calls.AddOrUpdate(name, 1, (_, count) => count + 1);
        return Call(targetMethod, args);
    }
}
