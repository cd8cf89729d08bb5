using AuthGateway.Benchmarks.Harness;
using AuthGateway.Benchmarks.Targets;

// Without arguments: the comparison. "store": a store with very many sessions. "target NAME PORT [UPSTREAM]" is how it starts its own peers, each a process of its own.
return args switch
{
    ["target", var name, var port, .. var rest] => await TargetHost.RunAsync(name, int.Parse(port, null), rest.FirstOrDefault()),
    ["store", .. var rest] => await StoreScaleRun.RunAsync(rest),
    _ => await Comparison.RunAsync(ComparisonSettings.Parse(args)),
};
