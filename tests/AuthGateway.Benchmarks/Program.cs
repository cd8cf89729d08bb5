using AuthGateway.Benchmarks.Harness;
using AuthGateway.Benchmarks.Targets;

// Without arguments: the comparison. "memory": resident memory with many sessions. "store": a store with very many sessions. "target NAME PORT [UPSTREAM]" is how it starts its own peers, each a process of its own.
return args switch
{
    ["target", var name, var port, .. var rest] => await TargetHost.RunAsync(name, int.Parse(port, null), rest.FirstOrDefault()),
    ["memory", .. var rest] => await MemoryRun.RunAsync(rest),
    ["store", .. var rest] => await StoreScaleRun.RunAsync(rest),
    _ => await Comparison.RunAsync(ComparisonSettings.Parse(args)),
};
