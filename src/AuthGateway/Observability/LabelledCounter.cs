using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace AuthGateway.Observability;

/// <summary>
/// A counter with labels that holds its sums itself. A reader that comes late (the first scrape)
/// gets everything since the start, so no exporter needs to be loaded before.
/// </summary>
internal sealed class LabelledCounter
{
    private readonly string[] _labels;
    private readonly ConcurrentDictionary<string, StrongBox<long>> _sums = new(StringComparer.Ordinal);

    public LabelledCounter(Meter meter, string name, string description, params string[] labels)
    {
        _labels = labels;
        meter.CreateObservableCounter(name, Read, description: description);
    }

    /// <summary>Counts for these values of the labels.</summary>
    /// <param name="times">How often.</param>
    /// <param name="values">One value for each label, of a bounded number.</param>
    public void Add(long times, params ReadOnlySpan<string> values)
    {
        var key = values.Length == 1 ? values[0] : string.Join('\n', values);
        Interlocked.Add(ref _sums.GetOrAdd(key, static _ => new StrongBox<long>()).Value, times);
    }

    private IEnumerable<Measurement<long>> Read() => _sums.Select(sum => new Measurement<long>(
        Volatile.Read(ref sum.Value.Value),
        _labels.Zip(sum.Key.Split('\n'), static (label, value) => KeyValuePair.Create(label, (object?)value))));
}
