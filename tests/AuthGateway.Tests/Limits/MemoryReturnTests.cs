using AuthGateway.Limits.MemoryUse;

namespace AuthGateway.Tests.Limits;

/// <summary>When memory is given back after a flood.</summary>
public class MemoryReturnTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void Memory_is_returned_once_it_is_quiet_and_a_heap_that_stays_is_left_alone()
    {
        var heap = new FakeHeap { Committed = 60 * MiB, Held = 60 * MiB };
        var work = new HeapRules(heap);
        work.Look();
        var atStart = heap.Collections;

        // A flood: much is allocated in each interval.
        for (var turn = 1; turn <= 4; turn++)
        {
            heap.Allocated += 100 * MiB;
            heap.Committed = 200 * MiB;
            work.Look();
        }

        Assert.Equal(atStart, heap.Collections);
        heap.Held = 65 * MiB;
        work.Look();
        Assert.Equal((atStart + 1, 65 * MiB), (heap.Collections, heap.Committed));
        for (var turn = 0; turn < 100; turn++)
        {
            work.Look();
        }

        // After 30, 60 and 120 s again, for what was still held; then never more.
        Assert.Equal(atStart + 4, heap.Collections);
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(13, 1)]
    public void Growth_must_be_worth_it(int grown, int collections)
    {
        var heap = new FakeHeap { Committed = 60 * MiB, Held = 60 * MiB };
        var work = new HeapRules(heap);
        for (var turn = 0; turn < 100; turn++)
        {
            work.Look();
        }

        var before = heap.Collections;
        heap.Held = heap.Committed = (60 + grown) * MiB;
        work.Look();

        Assert.Equal(before + collections, heap.Collections);
    }

    [Fact]
    public void What_a_flood_still_held_is_returned_by_a_later_try()
    {
        var heap = new FakeHeap { Committed = 60 * MiB, Held = 60 * MiB };
        var work = new HeapRules(heap);
        for (var turn = 0; turn < 100; turn++)
        {
            work.Look();
        }

        heap.Committed = 200 * MiB;
        heap.Held = 190 * MiB;
        work.Look();
        Assert.Equal(190 * MiB, heap.Committed);
        heap.Held = 61 * MiB;
        work.Look();
        work.Look();

        Assert.Equal(61 * MiB, heap.Committed);
    }
}
