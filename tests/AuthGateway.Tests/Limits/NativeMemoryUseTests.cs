using System.Globalization;
using System.Runtime.InteropServices;
using AuthGateway.Limits.MemoryUse;

namespace AuthGateway.Tests.Limits;

/// <summary>Memory that the C library keeps (R1).</summary>
public class NativeMemoryUseTests
{
    private const int Blocks = 200_000;
    private const int BlockBytes = 1000;

    [Fact]
    public void R1_freed_native_memory_goes_back_to_the_system()
    {
        var held = Fill();
        var before = Resident();

        NativeMemoryUse.Return();

        Marshal.FreeHGlobal(held);
        Assert.True(before - Resident() > Blocks * (long)BlockBytes / 2, $"{before} bytes before, {Resident()} after");
    }

    // All but the last block are freed: it keeps the end of the pool in use, so that the C library itself cuts nothing off.
    private static nint Fill()
    {
        var content = new byte[BlockBytes];
        var blocks = new nint[Blocks];
        for (var i = 0; i < Blocks; i++)
        {
            blocks[i] = Marshal.AllocHGlobal(BlockBytes);
            Marshal.Copy(content, 0, blocks[i], BlockBytes);
        }

        foreach (var block in blocks.AsSpan(0, Blocks - 1))
        {
            Marshal.FreeHGlobal(block);
        }

        return blocks[^1];
    }

    private static long Resident() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
