namespace AuthGateway.Sessions.Store.Redis;

/// <summary>The Lua scripts of refresh leases.</summary>
/// <remarks>
/// The field <c>holder</c> is the holder's id and the version after its last change. So a holder
/// may repeat a call whose answer was lost, and any change by another, also of a release that does
/// not know the field, fences it off. While <c>leased</c> is 0 the lease is returned. Times are
/// those of the server's clock, in milliseconds.
/// </remarks>
internal static class RedisLeaseScripts
{
    /// <summary>
    /// Reads the row; <c>isHeldBy</c> is true for the newest holder, also after it returned the
    /// lease.
    /// </summary>
    private const string Row = """
        local row = redis.call('HMGET', KEYS[1], 'expires', 'leased', 'version', 'holder')
        local version = row[3] or '0'
        local leased = tonumber(row[2] or '0')
        local function isHeldBy(id) return row[4] == id .. ' ' .. version end
        local function lease(id, duration)
          local time = redis.call('TIME')
          local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
          redis.call('HSET', KEYS[1], 'leased', string.format('%.0f', now + tonumber(duration)))
        end
        local function change(id)
          local next = redis.call('HINCRBY', KEYS[1], 'version', 1)
          redis.call('HSET', KEYS[1], 'holder', id .. ' ' .. string.format('%.0f', next))
          return next
        end
        local function replace(sealed, root, member, origin)
          redis.call('HSET', KEYS[1], 'sealed', sealed)
          redis.call('PUBLISH', root .. 'changes', origin .. ' replaced ' .. member)
        end

        """;

    /// <summary>
    /// KEYS session; ARGV holder, duration, version, patience. Returns the version, or nothing.
    /// </summary>
    public const string Lease = Row + """
        if not row[1] then return false end
        if leased > 0 and isHeldBy(ARGV[1]) then
          lease(ARGV[1], ARGV[2])
          return tonumber(version)
        end
        if version ~= ARGV[3] then return false end
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        if leased > 0 and leased + tonumber(ARGV[4]) > now then return false end
        lease(ARGV[1], ARGV[2])
        return change(ARGV[1])
        """;

    /// <summary>
    /// KEYS session; ARGV holder, duration, root, member, origin, optionally a new sealed part.
    /// Returns the version, or nothing when another process took the lease.
    /// </summary>
    public const string Hold = Row + """
        if leased == 0 or not isHeldBy(ARGV[1]) then return false end
        lease(ARGV[1], ARGV[2])
        if not ARGV[6] then return tonumber(version) end
        replace(ARGV[6], ARGV[3], ARGV[4], ARGV[5])
        return change(ARGV[1])
        """;

    /// <summary>
    /// KEYS session; ARGV holder, root, member, origin, and a new sealed part unless the lease is
    /// returned unchanged. Returns the version, or nothing when another process took the lease.
    /// </summary>
    public const string GiveBack = Row + """
        if not isHeldBy(ARGV[1]) then return false end
        if leased == 0 then return tonumber(version) end
        redis.call('HSET', KEYS[1], 'leased', '0')
        if ARGV[5] then replace(ARGV[5], ARGV[2], ARGV[3], ARGV[4]) end
        return change(ARGV[1])
        """;

    /// <summary>
    /// KEYS session; ARGV root, member, origin, holder. Returns 0 when another process took the
    /// lease.
    /// </summary>
    public const string DeleteLeased = RedisScripts.Finish + Row + """
        if leased == 0 or not isHeldBy(ARGV[4]) then return 0 end
        return finish(ARGV[1], ARGV[2], ARGV[3])
        """;
}
