using AuthGateway.Benchmarks.Bulk;
using AuthGateway.Benchmarks.Gate;
using AuthGateway.Benchmarks.Harness;
using AuthGateway.Benchmarks.Idle;
using AuthGateway.Benchmarks.Logins;
using AuthGateway.Benchmarks.OpenLoop;
using AuthGateway.Benchmarks.Peers;
using AuthGateway.Benchmarks.Targets;

// Without arguments: the comparison at saturation. "rates": CPU and latency at fixed rates. "memory": resident memory with
// many sessions. "store": a store with very many sessions. "bulk": large bodies. "idle": CPU time at rest. "gate":
// what a request costs, against a budget. "target", "open-loop" and "bulk-client":
// its own peers and clients, each a process of its own.
return args switch
{
    ["target", var name, var port, .. var rest] => await TargetHost.RunAsync(name, int.Parse(port, null), rest.FirstOrDefault()),
    ["open-loop", .. var rest] => OpenLoopClient.Run(rest),
    ["rates", .. var rest] => await RatesRun.RunAsync(ComparisonSettings.Parse(rest)),
    ["gate", .. var rest] => await GateRun.RunAsync(rest),
    ["logins", .. var rest] => await LoginsRun.RunAsync(ComparisonSettings.Parse(rest)),
    ["peers", .. var rest] => await PeersRun.RunAsync(ComparisonSettings.Parse(rest)),
    ["idle", .. var rest] => await IdleRun.RunAsync(ComparisonSettings.Parse(rest)),
    ["bulk", .. var rest] => await BulkRun.RunAsync(ComparisonSettings.Parse(rest)),
    ["bulk-client", .. var rest] => BulkClient.Run(rest),
    ["memory", .. var rest] => await MemoryRun.RunAsync(rest),
    ["store", .. var rest] => await StoreScaleRun.RunAsync(rest),
    _ => await Comparison.RunAsync(ComparisonSettings.Parse(args)),
};
